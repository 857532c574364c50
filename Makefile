# Every target is a line or two that can be typed by hand; README.md has the same commands for Windows.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test lab chat serve help refresh scores judge seeds variations bench soak browser lint site data colab address

run: .venv/installed            ## run the notebooks 00 to 10 and say where the results are
	$(BIN)/python notebooks/run_all.py $(if $(VERBOSE),--verbose)

test: .venv/installed-tests     ## run all tests, the notebooks with nbval and the plain ones, in two processes
	$(BIN)/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder

lab: .venv/installed            ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab --ServerApp.root_dir=. notebooks/00_instruction_data.ipynb

chat: .venv/installed           ## ask the fine-tuned model in a terminal
	$(BIN)/python notebooks/chat.py

serve: .venv/installed-judge    ## serve the fine-tuned model to programs that ask chat models (llama.cpp)
	$(BIN)/python notebooks/serve_model.py

help:                           ## list what make can do
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

refresh: .venv/installed        ## renew the outputs that are kept in the notebooks (small model, CPU)
	CUDA_VISIBLE_DEVICES= CHOOSE_MODEL= $(BIN)/python notebooks/run_all.py --in-place

scores: .venv/installed         ## fine-tune the small model with four seeds and score its answers, per family
	$(BIN)/python data/builders/pretraining/measure_learning.py --out data/reference/gpt2-tiny6M-scores.json

judge: .venv/installed-judge    ## let a small language model on this machine judge all answers that notebook 06 saved
	$(BIN)/python notebooks/record_judge.py

seeds: .venv/installed          ## fine-tune the small model with six more seeds and keep the losses, to draw behind a run
	$(BIN)/python data/builders/pretraining/measure_learning.py --seeds 1 2 3 4 5 6 --losses data/reference/gpt2-tiny6M-seeds.json

variations: .venv/installed     ## fine-tune the small model in nine other ways with four seeds each (what is missing)
	$(BIN)/python data/builders/pretraining/measure_variations.py

bench: .venv/installed-bench    ## time loading, generation and training beside the reference and transformers
	$(BIN)/python tests/benchmarks/bench.py

soak: .venv/installed-tests     ## download again and again from servers that fail at random (about ten minutes)
	$(BIN)/python tests/soak/soak_downloads.py --rounds 1000

browser: .venv/installed-browser  ## use the notebooks in JupyterLab and an installed Chromium, and keep pictures of all
	$(BIN)/python -m pytest tests/browser/in_jupyterlab.py

lint: .venv/installed-tests     ## check the style of code and notebooks
	$(BIN)/ruff check .

site: .venv/installed-site      ## build the book to read: pages of what the notebooks keep; nothing is run
	$(BIN)/python site/book.py

data: .venv/installed-data      ## rebuild the instruction data, the pretraining text and the small model
	$(BIN)/python data/builders/instruction_data/build.py
	$(BIN)/python notebooks/bind_families.py
	$(BIN)/python data/builders/pretraining/pretrain.py

colab:                          ## put the notebooks together to one for Colab and Kaggle, colab/whole_series.ipynb
	$(PYTHON) notebooks/make_colab_notebook.py

address:                        ## make badges and links point to REPOSITORY=account/name, and to REVISION=tag
	$(PYTHON) notebooks/set_address.py $(REPOSITORY) $(REVISION)

.venv/installed: requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -r requirements.txt
	touch $@

.venv/installed-judge: .venv/installed notebooks/judge-requirements.txt
	$(BIN)/python -m pip install --no-deps -r notebooks/judge-requirements.txt
	touch $@

.venv/installed-tests: .venv/installed tests/requirements.txt notebooks/judge-requirements.txt site/requirements.txt
	$(BIN)/python -m pip install --no-deps -r tests/requirements.txt
	-$(BIN)/python -m pip install --no-deps -r notebooks/judge-requirements.txt  # without it, tests with a judge are skipped
	-$(BIN)/python -m pip install -r site/requirements.txt -c requirements.txt  # without it, tests of the book are
	touch $@

.venv/installed-browser: .venv/installed-tests tests/browser/requirements.txt
	$(BIN)/python -m pip install -r tests/browser/requirements.txt -c requirements.txt
	touch $@

.venv/installed-bench: .venv/installed-tests tests/benchmarks/requirements.txt
	$(BIN)/python -m pip install -r tests/benchmarks/requirements.txt
	touch $@

.venv/installed-site: .venv/installed site/requirements.txt
	$(BIN)/python -m pip install -r site/requirements.txt -c requirements.txt
	touch $@

.venv/installed-data: .venv/installed data/builders/requirements.txt
	$(BIN)/python -m pip install -r data/builders/requirements.txt
	touch $@
