# `make` alone says what there is. Python 3.11 or newer is all that must be there: PYTHON=python3.12 names another one.

PYTHON ?= python3
LOCAL := $(PYTHON) -m local
S ?=
T ?=

.DEFAULT_GOAL := help
.PHONY: help run test e2e check bench fmt lint types imports migrations-check contracts-check gateway-check \
        deploy-check compose-check gateway-files lock clean

help:
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	     /^[a-z0-9-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ The system
run: ## start everything on http://127.0.0.1:8080 and wait (PHB_PORT=8081, PHB_PEOPLE=20000)
	@$(LOCAL) run
clean: ## delete the data, environments and logs that the other commands made
	@$(LOCAL) clean

##@ Is it right?
test: ## every suite, or one: S=registry|hospital T=path
	@$(LOCAL) test $(if $(S),--service $(S)) $(T)
e2e: ## the stories through the gateway, or one: T=e2e/test_x.py
	@$(LOCAL) e2e $(T)
check: ## all of the following
	@$(LOCAL) check
lint: ## mistakes and formatting
	@$(LOCAL) check lint
types: ## types
	@$(LOCAL) check types
imports: ## modules import each other only as the architecture allows
	@$(LOCAL) check imports
migrations-check: ## no model has changed without a migration
	@$(LOCAL) check migrations
contracts-check: ## the OpenAPI files are what the services serve
	@$(LOCAL) check contracts
gateway-check: ## nginx accepts the gateway's configuration
	@$(LOCAL) check gateway
deploy-check: ## each service accepts production settings
	@$(LOCAL) check deploy
compose-check: ## containers: start, verify, scale, stop a service, recover
	@$(LOCAL) compose-check

##@ How fast is it?
bench: ## verify, search and batches through the gateway, with a register of a million
	@$(LOCAL) bench $(T)

##@ Changing it
fmt: ## format, and mend what can be mended
	@$(LOCAL) fmt
gateway-files: ## write gateway/problems.conf and compose/limits.conf from what they follow from
	@$(LOCAL) gateway-files
lock: ## pin the dependencies again after a change of pyproject.toml
	@$(LOCAL) lock
