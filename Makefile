SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV ?= .venv
export VENV
PY := $(VENV)/bin/python
RUN := $(PY) -m trygghetscentral.stack.run --with-parent
# Tests and checks have a data home, a database and a Redis of their own.
APART := $(RUN) --services-only --throwaway --
PYTEST_ARGS ?=
SIMULATE_ARGS ?=

.PHONY: help run test check simulate bench proof reset lock format chromium

help: ## Visa den här listan
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1\t/' | expand -t 16

run: ## Starta allt; Ctrl-C stänger av
	@requirements/install.sh embedded
	@exec $(RUN)

test: chromium ## Kör alla tester
	@requirements/install.sh test
	@exec $(APART) $(PY) -m pytest -n 2 $(PYTEST_ARGS)

check: ## Granska form, typer, gränser, migreringar, mallar och översättningar
	@requirements/install.sh tools
	@exec $(APART) $(PY) -m trygghetscentral.stack.check

simulate: ## Skicka ett dygns trafik genom de riktiga portarna
	@requirements/install.sh embedded
	@exec $(PY) manage.py simulate $(SIMULATE_ARGS)

bench: ## Mät och skriv ut en tabell
	@requirements/install.sh test
	@exec $(APART) $(PY) -m benchmarks

proof: chromium ## Kör de långa proven
	@requirements/install.sh test
	@exec $(APART) $(PY) -m pytest -m proof $(PYTEST_ARGS)

reset: ## Ta bort den inbyggda databasen och allt i datamappen (YES=1 frågar inte)
	@requirements/install.sh embedded
	@exec $(PY) -m trygghetscentral.stack.reset $(if $(YES),--yes)

lock: ## Gör om requirements/*.lock
	@requirements/install.sh tools
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" requirements/lock.sh $(LOCK_ARGS)

format: ## Skriv om koden i husets form
	@requirements/install.sh tools
	@$(VENV)/bin/ruff check --quiet --fix --exit-zero .
	@$(VENV)/bin/ruff format --quiet .
	@find templates -name "*.html" -exec $(VENV)/bin/djade --target-version 5.2 {} + || true

chromium:
	@requirements/chromium.sh
