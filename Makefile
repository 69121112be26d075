# What a person types. Setting up is the work of .ci/setup.py; here is only which command comes after it.
#
# The output is on screen and short: a recipe's line is not echoed, and a step that fails is named.

VENV := .venv
BIN := $(VENV)/bin
WHEEL_DIR ?= dist
LETTER := content/letters/korea-policy.md

# macOS does not look for libraries where Homebrew puts them. In front of each command and not exported, since the shell
# that make starts is a system program, and macOS takes this variable away from those.
ifeq ($(shell uname -s),Darwin)
RUN := DYLD_FALLBACK_LIBRARY_PATH=/opt/homebrew/lib:/usr/local/lib:/usr/lib $(BIN)/
else
RUN := $(BIN)/
endif

# The set-up's interpreter: the one asked for (make PYTHON=...), then the environment's own, which is quickest, then the
# newest of those that letterpress is tested with.
define set_up
@for python in $(PYTHON) $(BIN)/python python3.13 python3.12 python3.11 python3; do \
	if "$$python" -ISc 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		exec "$$python" -IS .ci/setup.py $(1); \
	fi; \
done; \
echo "make: letterpress needs Python 3.11 or newer, and found none. Install it, or name it: make PYTHON=/path/to/python3" >&2; \
exit 1
endef

# $(call step,name,command): run a step of a target, and stop with its name if it fails.
define step
@echo "== $(1)"; $(RUN)$(2) || { echo "make $@: stopped, since $(1) failed (above)" >&2; exit 1; }
endef

.PHONY: help setup setup-check setup-test letter test test-versions check docs samples studio-pictures bench bench-cold bench-run bench-studio bench-serve front dist clean setup-proof proof-verify proof-producers proof-codes \
	proof-foreign proof-validate proof-enclosures proof-foreign-enclosures proof-fuzz proof-firms proof-lines proof-page-ends proof-pairs proof-plates proof-kills proof-serve proof-container proof-coverage proof-signed proof-together proof-package proof-post proof-preflight proof-press proof-proxies proof-scale bench-scale proof-install sbom

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1@\2/p' Makefile | while IFS=@ read -r target job; do \
		printf '%-32s%s\n' "$$target" "$$job"; \
	done

letter: setup ## set up, and render the sample letter to out/korea-policy.pdf
	@$(RUN)letterpress render $(LETTER) -o out/korea-policy.pdf

# One process more than the cores of CI: tests wait for browsers, servers and clocks a quarter of their time.
test: setup-test ## set up, check, and run the whole test suite
	$(call step,ruff,ruff check .)
	$(call step,the layout of the code,ruff format --check .)
	$(call step,mypy,mypy)
	$(call step,the import contract,lint-imports)
	$(call step,pytest,pytest -n 3 --dist loadgroup)

check: setup-check ## ruff, mypy and the import contract; no tests
	$(call step,ruff,ruff check .)
	$(call step,the layout of the code,ruff format --check .)
	$(call step,mypy,mypy)
	$(call step,the import contract,lint-imports)

test-versions: setup-test ## the smoke tests on other Pythons and with the lowest versions allowed: .venv-3.12 ...
	@$(BIN)/python -IS .ci/versions.py $(VERSIONS)

docs: setup-check ## the documentation, in docs/_build/html
	@$(RUN)python -m sphinx -W --keep-going -q -b html docs docs/_build/html && echo "docs/_build/html/index.html"

samples: setup-check ## the pictures in samples/, made anew; those of the gallery need Ghostscript
	@$(RUN)python samples/make.py && $(RUN)python samples/gallery.py

studio-pictures: setup-test ## the pictures of the guide for offices, taken of the studio anew: docs/pictures
	@$(RUN)python -m tests.studio.pictures

bench: setup-check ## the benchmarks: some minutes on a quiet machine
	@$(RUN)python benchmarks/bench.py
	@$(RUN)python benchmarks/lists.py

bench-cold: setup-check ## a start: render of one letter and --help, against a bare WeasyPrint script; half a minute
	@$(RUN)python benchmarks/bench.py --cold

bench-run: setup-check ## a run besides its letters: the parent's time a letter, its memory, the first letter; a minute
	@$(RUN)python benchmarks/run.py $(LETTERS)

proofs: setup-test ## all proofs, small, and one table of them in dist/proofs.md: make proofs [PROOFS="kills plates" LONG=1], an hour and a half
	@$(RUN)python -m tests.proofs.every $(if $(LONG),--long) $(PROOFS)

proof-plates: setup-test ## letters made from another's pages against a layout of each: make proof-plates [LETTERS=20000], half an hour
	@$(RUN)python -m tests.proofs.plates $(or $(LETTERS),20000)

front: ## build the one built file of the studio's page, CodeMirror, again: needs npm
	cd front && npm ci --no-audit --no-fund --ignore-scripts && npm rebuild esbuild && npm run build

bench-studio: setup-check ## the studio: key to fault, key to picture, memory: make bench-studio [EDITS=1000]
	@$(RUN)python benchmarks/studio.py $(or $(EDITS),200)

bench-serve: setup-test ## the service at 1, 8 and 32 clients, against plain WeasyPrint behind the same server; a minute
	@$(RUN)python benchmarks/serve.py

proof-scale: setup-test ## runs on many machines under fire, into S3: make proof-scale [LETTERS=100000 KILLS=100], half an hour; needs root
	@$(RUN)python -m tests.proofs.scale $(or $(LETTERS),100000) $(or $(KILLS),100)

bench-scale: setup-test ## runs on many machines: a plan's memory, a resume, Ray against worker processes; needs root
	@$(RUN)python benchmarks/scale.py plan && $(RUN)python benchmarks/scale.py resume && $(RUN)python benchmarks/scale.py ray

proof-serve: setup-test ## 32 clients for a minute, kills, a thousand requests of each operation: make proof-serve [SECONDS=60]
	@$(RUN)python -m tests.proofs.service $(or $(SECONDS),60)

proof-proxies: setup-test ## the service behind nginx and Caddy with TLS, as docs/deploy sets them up: those of the two that are installed
	@$(RUN)python -m tests.proofs.proxies

proof-container: setup-check ## docs/deploy/Containerfile, built and run with a read-only root: root, debootstrap, buildah and runc; five minutes
	@$(RUN)python -m tests.proofs.container

proof-kills: setup-check ## a run under fire: make proof-kills [LETTERS=100000 KILLS=400]; ten minutes
	@$(RUN)python benchmarks/kill.py $(or $(LETTERS),100000) $(or $(KILLS),400)

proof-verify: setup-proof ## what verify calls valid, drawn by four readers: 2,000 mutations, two minutes
	@$(RUN)python -m tests.proofs.differential

proof-signed: setup-test ## signed letters of every kind are valid, with a bit flipped none: make proof-signed [LETTERS=200 BITS=1000], a minute
	@$(RUN)python -m tests.proofs.signed $(or $(LETTERS),200) $(or $(BITS),1000)

proof-codes: setup-proof ## codes of posts by a second encoder, BWIPP: make proof-codes [CODES=20], two minutes; needs Ghostscript
	@$(RUN)python -m tests.proofs.codes $(or $(CODES),20)

proof-firms: setup-test ## firms and people of any usual length in every letterhead: a table, some minutes
	@.venv/bin/python -m tests.proofs.firms

proof-lines: setup-test ## lines set without a layout against WeasyPrint's: make proof-lines [PARAGRAPHS=20000], some minutes
	@.venv/bin/python -m tests.proofs.set_lines $(or $(PARAGRAPHS),20000)

proof-pairs: setup-test ## every pair of features works together or is refused with its reason: make proof-pairs [STRENGTH=2], some minutes; a table
	@$(RUN)python -m tests.proofs.pairs $(or $(STRENGTH),2)

proof-page-ends: setup-test ## letters of every length in every letterhead, paper, size and leading: a table, some minutes
	@.venv/bin/python -m tests.proofs.page_ends

proof-together: setup-test ## what keeps together, with a line more each time and in 400 combinations: some minutes
	@LETTERPRESS_EVERY_LENGTH=1 $(RUN)pytest -n 2 --dist loadgroup tests/layout/test_keep_together.py

proof-producers: setup-proof ## good files of usual producers: no false alarm
	@$(RUN)python -m tests.proofs.producers

proof-foreign: setup-test ## what verify says of the signed files in FOLDER: make proof-foreign FOLDER=...
	@$(RUN)python -m tests.proofs.foreign_signatures "$(FOLDER)"

proof-validate: setup-test ## what validate says of the PDFs in FOLDER, and no traceback of any: make proof-validate [FOLDER=...] [MADE=1000]
	@$(RUN)python -m tests.proofs.validate $(FOLDER) --made $(or $(MADE),1000)

proof-enclosures: setup-check ## thousands of damaged, odd and hostile PDFs as enclosures: a table
	@$(RUN)python -m tests.proofs.foreign_enclosures --made 2000

proof-press: setup-test ## every letterhead for every carrier that takes its paper: made to fit and examined, or refused; a minute
	@$(RUN)python -m tests.proofs.press

proof-package: setup-test ## a package of very many letters, in time and memory: make proof-package [LETTERS=100000], some minutes
	@$(RUN)python -m tests.proofs.package $(or $(LETTERS),100000)

proof-post: setup-test ## docs/post-room.md with a list of many, and each printed sheet read back: make proof-post [LETTERS=1000], ten minutes
	@$(RUN)python -m tests.proofs.post $(or $(LETTERS),1000)

proof-preflight: setup-test ## what preflight says of the PDFs of a folder: make proof-preflight FOLDER=...; without one, of hostile ones that are made
	@$(RUN)python -m tests.proofs.foreign_preflight $(if $(FOLDER),"$(FOLDER)",--made)

proof-foreign-enclosures: setup-check ## the PDFs of a folder as enclosures: make proof-foreign-enclosures FOLDER=...
	@$(RUN)python -m tests.proofs.foreign_enclosures "$(FOLDER)"

proof-fuzz: setup-test ## wild input for every place that reads others' files: make proof-fuzz [SECONDS=600]
	@$(RUN)python -m tests.fuzz --seconds $(or $(SECONDS),600)

proof-mutations: setup-test ## whether tests notice changes of what decides: make proof-mutations [MODULES="shards/manifest" MOST=25], hours for all
	@$(RUN)python -m tests.proofs.mutations --most $(or $(MOST),25) $(MODULES)

proof-coverage: setup-test ## branches of what decides that its own tests take, at least 95 %: make proof-coverage [AREAS="trust money"], ten minutes
	@$(RUN)python -m tests.proofs.covered $(AREAS)

proof-install: setup-proof ## wheel and sdist twice the same, whole, and at work by pip, pipx and uv on each Python: some minutes
	@$(RUN)python -m tests.proofs.install $(ARGS)

sbom: setup-proof ## what is in letterpress and in its environment, as CycloneDX: dist/letterpress.cdx.json
	@$(RUN)python -m tests.proofs.install --sbom "$(WHEEL_DIR)/letterpress.cdx.json"

dist: setup-check ## the wheel, in dist/
	@$(RUN)python -m build --wheel --outdir "$(WHEEL_DIR)" .

setup: ## only set up: native libraries, .venv, the package
	$(call set_up,run)

setup-check: ## the environment for checks, docs and the service: once, and after a change of pyproject.toml
	$(call set_up,check)

setup-test:
	$(call set_up,test)

setup-proof:
	$(call set_up,proof)

clean: ## remove all that make made: .venv and its sisters, out, dist, the built docs and the tools' caches
	rm -rf $(VENV) $(VENV)-* out dist build docs/_build docs/_generated .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis tests/azurite/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
