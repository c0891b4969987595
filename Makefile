# Every target is one command that can be retyped; `.venv` is made once, and again when requirements.txt changes.
PYTHON      ?= python3
SUBMISSION  ?= lab5
SUBMISSIONS ?= grader/samples
OUT         ?= grades
PROGRAM     := .venv/bin/python

.PHONY: grade test progress serve handout verify hostile doctor accuracy bench bench-cohort bench-irc bench-frames bench-sandbox help

grade: .venv/ready ## grade the class in SUBMISSIONS (default: the sample class), write to OUT (default: grades)
	@$(PROGRAM) -m grader grade "$(SUBMISSIONS)" --out "$(OUT)" $(if $(ROSTER),--roster "$(ROSTER)") $(if $(JOBS),--jobs $(JOBS)) $(if $(FRESH),--fresh) $(if $(UNSAFE),--allow-unsafe)

test: .venv/ready ## run the project's own tests
	$(PROGRAM) -m ruff check .
	$(PROGRAM) -m pytest --numprocesses 4 --dist loadfile --ignore tests/lab/test_hostile.py # most of it is waiting
	$(PROGRAM) -m pytest tests/lab/test_hostile.py # alone: it looks at everything that runs on the machine

test-week%: .venv/ready ## check one week of lab5; SUBMISSION=folder, CHECK=name, HIDDEN=1, SANDBOX=1
	@$(PROGRAM) -m grader check "$(SUBMISSION)" --week $* $(if $(CHECK),--only "$(CHECK)") $(if $(HIDDEN),--hidden) $(if $(SANDBOX),--sandbox)

progress: .venv/ready ## all weeks of lab5 at a glance; SUBMISSION=folder
	@$(PROGRAM) -m grader progress "$(SUBMISSION)"

serve: .venv/ready ## the lab's servers of all weeks, to chat on; ACCOUNTS=1 (week 4)
	@$(PROGRAM) -m grader serve --udp 9000 --http 8008 --rooms 8005 --relay 8006 --lines 8007 --irc 6667 --frames 9009 $(if $(ACCOUNTS),--accounts)

handout: .venv/ready ## a zip for students, without solutions and hidden checks, proved; WEEKS=1-4, INTO=file
	@$(PROGRAM) -m grader handout $(if $(WEEKS),--weeks "$(WEEKS)") $(if $(INTO),--into "$(INTO)")

verify: .venv/ready ## prove the lab: starter code scores 0, solutions score all; WEEKS=1-4
	@$(PROGRAM) -m grader verify $(if $(WEEKS),--weeks "$(WEEKS)")

hostile: .venv/ready ## run every attack of tests/hostile in the sandbox, and say what contained it; NAMES=...
	$(PROGRAM) bench/hostile.py $(NAMES)

doctor: .venv/ready ## say what this machine can do, and what to install
	@$(PROGRAM) -m grader doctor

accuracy: .venv/ready ## measure the grader: planted bugs, unusual right programs, steadiness under load; docs/accuracy.md
	$(PROGRAM) bench/accuracy.py $(if $(RUNS),--runs $(RUNS))

bench: .venv/ready ## measure its speed, against one pytest process for each submission
	$(PROGRAM) bench/speed.py

bench-cohort: .venv/ready ## grade a class of 300 that is made for it, and again with 50 kills; STUDENTS=n, KILLS=n
	$(PROGRAM) bench/cohort.py $(if $(STUDENTS),--students $(STUDENTS)) $(if $(KILLS),--kills $(KILLS))

bench-irc: .venv/ready ## measure the IRC servers of week 8 beside ngIRCd, InspIRCd and miniircd, where there are; PEERS=folder
	$(PROGRAM) bench/irc_chat.py $(if $(PEERS),--peers "$(PEERS)")

bench-frames: .venv/ready ## measure the servers of week 9: 200 clients, 100 messages a second; then kill -9 at 20 moments
	$(PROGRAM) bench/frames_chat.py

bench-sandbox: .venv/ready ## measure what the sandbox costs and holds (as root: in every tier); docs/isolation.md
	$(PROGRAM) bench/sandbox.py start cohort same-port killed tiers

help: ## this list
	@sed -n 's/^\([a-z%-]*\):.*## /\1: /p' Makefile

.venv/ready: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 ...")'
	@echo "Setting up .venv, once ..."
	@$(PYTHON) -m venv .venv
	@$(PROGRAM) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(PROGRAM) -m grader.pytest_plugin
	@touch .venv/ready
