"""The other direction: a note of an erasure is only taken when the content is gone."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION ledger_disposal_happened() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM ledger_payload WHERE seq = NEW.subject_id::bigint AND body IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'innehållet i % är inte gallrat', NEW.subject_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_disposal_true AFTER INSERT ON ledger_row
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.name = 'ledger.payload_disposed') EXECUTE FUNCTION ledger_disposal_happened();
"""

BACKWARD = """
DROP TRIGGER ledger_disposal_true ON ledger_row;
DROP FUNCTION ledger_disposal_happened();
"""


class Migration(migrations.Migration):
    """One more trigger."""

    dependencies = (("ledger", "0002_refusals"),)
    operations = (migrations.RunSQL(FORWARD, BACKWARD),)
