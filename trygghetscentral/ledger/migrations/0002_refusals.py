"""The database itself refuses to change what happened (design.md 3)."""

from django.db import migrations

FORWARD = """
CREATE SEQUENCE ledger_seq;

CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'liggaren ändras inte (% på %)', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER ledger_row_fixed BEFORE UPDATE OR DELETE ON ledger_row
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_row_kept BEFORE TRUNCATE ON ledger_row
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_seal_fixed BEFORE UPDATE OR DELETE ON ledger_seal
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_seal_kept BEFORE TRUNCATE ON ledger_seal
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_payload_kept BEFORE DELETE ON ledger_payload
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_payload_whole BEFORE TRUNCATE ON ledger_payload
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();

-- The only permitted change: the content goes, under a decision, and nothing else moves.
CREATE FUNCTION ledger_payload_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.body IS NOT NULL AND NEW.body IS NULL AND NEW.salt IS NULL
       AND NEW.seq = OLD.seq AND NEW.disposal_id IS NOT NULL THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'liggarens innehåll ändras inte'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER ledger_payload_fixed BEFORE UPDATE ON ledger_payload
    FOR EACH ROW EXECUTE FUNCTION ledger_payload_guard();

-- Checked at commit: an erasure that the ledger does not speak of is refused.
CREATE FUNCTION ledger_disposal_recorded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM ledger_row WHERE name = 'ledger.payload_disposed'
        AND subject_type = 'ledger.ledgerrow' AND subject_id = NEW.seq::text;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'gallringen av % är inte antecknad i liggaren', NEW.seq
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_disposal_spoken_of AFTER UPDATE ON ledger_payload
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_disposal_recorded();

CREATE FUNCTION ledger_dispose_payload(wanted bigint, decision bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM ledger_disposaldecision WHERE id = decision;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'gallring kräver ett beslut' USING ERRCODE = 'check_violation';
    END IF;
    UPDATE ledger_payload SET body = NULL, salt = NULL, disposal_id = decision WHERE seq = wanted;
END $$;
"""

BACKWARD = """
DROP FUNCTION ledger_dispose_payload(bigint, bigint);
DROP TRIGGER ledger_disposal_spoken_of ON ledger_payload;
DROP FUNCTION ledger_disposal_recorded();
DROP TRIGGER ledger_payload_fixed ON ledger_payload;
DROP FUNCTION ledger_payload_guard();
DROP TRIGGER ledger_payload_whole ON ledger_payload;
DROP TRIGGER ledger_payload_kept ON ledger_payload;
DROP TRIGGER ledger_seal_kept ON ledger_seal;
DROP TRIGGER ledger_seal_fixed ON ledger_seal;
DROP TRIGGER ledger_row_kept ON ledger_row;
DROP TRIGGER ledger_row_fixed ON ledger_row;
DROP FUNCTION ledger_refuse();
DROP SEQUENCE ledger_seq;
"""


class Migration(migrations.Migration):
    """Triggers, the sequence and the disposal function."""

    dependencies = (("ledger", "0001_ledger"),)
    operations = (migrations.RunSQL(FORWARD, BACKWARD),)
