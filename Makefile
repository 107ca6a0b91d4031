# SPDX-License-Identifier: Apache-2.0
# `make help` lists what can be made.

SWIFT_BUILD_FLAGS := --explicit-target-dependency-import-check error
BLOBSTORE := .build/release/blobstore

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.PHONY: dependencies
dependencies: ## Install the system packages that are missing (Debian, Ubuntu)
	@dev/install-dependencies.sh

.PHONY: build
build: dependencies ## Build the command line tool in release mode
	swift build -c release --product blobstore $(SWIFT_BUILD_FLAGS)

.PHONY: run
run: build ## Run the command line tool: make run ARGS='put README.md'
	$(BLOBSTORE) $(ARGS)

.PHONY: demo
demo: build ## Store real input in a temporary folder and get it back
	dev/demo.sh $(BLOBSTORE)

.PHONY: test
test: dependencies ## Run the unit tests
	swift build --build-tests $(SWIFT_BUILD_FLAGS)
	@# In processes of their own: what waits for servers must not wait for everything else.
	swift test --skip-build --skip 'BlobGRPCTests|BlobStoreCommandTests|S3ObjectStorageTests'
	swift test --skip-build --filter S3ObjectStorageTests
	swift test --skip-build --filter BlobGRPCTests
	swift test --skip-build --filter BlobStoreCommandTests

.PHONY: self-test
self-test: dependencies ## Check the optimised hash kernels of this machine against known digests
	swift run -c release blake3-selftest

.PHONY: bench
bench: build ## Measure hashing, chunking and the store beside what else there is
	Benchmarks/run.sh $(BLOBSTORE)

.PHONY: fuzz
fuzz: dependencies ## Fuzz the decoders: make fuzz SECONDS=60 TARGET=fuzz-digest-text
	Fuzz/run.sh $(or $(TARGET),all) $(or $(SECONDS),60)

.PHONY: examples
examples: dependencies ## Build and run the examples
	dev/run-examples.sh

.PHONY: test-iroh
test-iroh: dependencies ## Compare outboards with those of an iroh node (installs it from PyPI)
	swift build --product blobstore $(SWIFT_BUILD_FLAGS)
	dev/test-iroh.sh .build/debug/blobstore

.PHONY: test-peers
test-peers: dependencies ## Let peers in Python talk to the command (installs them from PyPI)
	@# Some let the unit tests talk to servers.
	ls -d .build/debug/*.xctest >/dev/null 2>&1 || swift build --build-tests $(SWIFT_BUILD_FLAGS)
	swift build --product blobstore $(SWIFT_BUILD_FLAGS)
	dev/test-peers.sh .build/debug/blobstore

.PHONY: protobuf
protobuf: ## Generate the messages of the wire from Protos
	dev/generate-protobuf.sh

.PHONY: format
format: ## Format all Swift code
	swift format --in-place --parallel --recursive Package.swift Sources Tests Examples Benchmarks \
		Fuzz/Package.swift Fuzz/Sources

.PHONY: lint
lint: ## Check format, layers and public documentation
	swift format lint --strict --parallel --recursive Package.swift Sources Tests Examples Benchmarks \
		Fuzz/Package.swift Fuzz/Sources
	dev/check-layers.sh

.PHONY: docs
docs: dependencies ## Build the documentation of the libraries into .build/docs
	dev/build-docs.sh

.PHONY: clean
clean: ## Remove what has been built
	rm -rf .build .build-*
