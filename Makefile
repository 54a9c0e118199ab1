# Shortcuts for people; the build itself is CMake's, and its presets are the truth (CMakePresets.json).
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.PHONY: help run test bench bench-peers lint format check-format asan tsan tidy fuzz release clean

# As many jobs as there are cores, but no more than memory holds: a file with Beast takes 1.5 GB to compile.
JOBS := $(shell cores=$$(nproc); room=$$(awk '/^MemAvailable/ {print int($$2 / 1572864)}' /proc/meminfo); \
	if [ "$$room" -ge "$$cores" ]; then echo "$$cores"; elif [ "$$room" -ge 1 ]; then echo "$$room"; else echo 1; fi)
export CMAKE_BUILD_PARALLEL_LEVEL ?= $(JOBS)
export CTEST_PARALLEL_LEVEL ?= $(JOBS)

SOURCES = git ls-files -z '*.cpp' '*.hpp'

help: ## say what can be made
	@sed -n 's/^\([a-z-][a-z -]*\):[^#]*## \(.*\)/\1\t\2/p' $(firstword $(MAKEFILE_LIST)) | awk -F '\t' '{printf "make %-20s %s\n", $$1, $$2}'

run: ## install what is missing, build, and start a sandbox on http://127.0.0.1:8080 (ARGS="--listen 127.0.0.1:9090")
	@tools/install_packages run
	@echo "Building build/release/dwarpal; the first time takes some minutes"
	@cmake --preset release --log-level=WARNING >/dev/null
	@cmake --build --preset release
	@exec build/release/dwarpal serve $(ARGS)

test: ## install what is missing, build and run all tests
	@tools/install_packages run test
	@cmake --workflow --preset dev

SECONDS := 4

bench: ## measure what docs/performance.md tells (ROWS="rs256 reads" SECONDS=10)
	@tools/install_packages run bench
	@cmake --preset bench --log-level=WARNING >/dev/null
	@cmake --build --preset bench
	@bench/run --seconds $(SECONDS) $(ROWS)

bench-peers: ## measure oidc-provider and glewlwyd beside it, which it installs (glewlwyd's package starts a service on port 4593)
	@tools/install_packages run bench peers
	@cmake --preset bench --log-level=WARNING >/dev/null
	@cmake --build --preset bench
	@npm ci --prefix bench/peers --loglevel=error
	@bench/compare

lint: check-format tidy ## check format, layers and clang-tidy
	@tools/check_layers

format: ## write all C++ files as .clang-format says
	@tools/install_packages ci
	@$(SOURCES) | xargs -0r clang-format-19 -i

check-format:
	@tools/install_packages ci
	@$(SOURCES) | xargs -0r clang-format-19 --dry-run --Werror

asan tsan tidy fuzz release: ## build, and run where it runs, that preset
	@tools/install_packages run test ci
	@cmake --workflow --preset $@

clean: ## remove what was built
	rm -rf build
