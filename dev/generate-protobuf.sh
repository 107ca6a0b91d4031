#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Generates Sources/BlobProtos from Protos.
#
# Needs protoc (Debian's protobuf-compiler) and protoc-gen-swift, which is built from the package
# swift-protobuf if it is not on the path: the plugin of the build would cost minutes in each build.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v protoc >/dev/null || {
    echo 'generate-protobuf: install protobuf-compiler' >&2
    exit 1
}
plugin=$(command -v protoc-gen-swift || true)
if [ -z "$plugin" ]; then
    swift package resolve
    scratch=$PWD/.build-protoc
    swift build --package-path .build/checkouts/swift-protobuf --scratch-path "$scratch" \
        --product protoc-gen-swift
    plugin=$scratch/debug/protoc-gen-swift
fi

output=Sources/BlobProtos
rm -rf "$output/Generated"
mkdir -p "$output/Generated"

# The twins under an older name have the same messages, which are generated once.
messages=(
    snix/castore/v1/rpc_blobstore.proto
    blobstore/v1/blobstore.proto
    grpc/health/v1/health.proto
    grpc/reflection/v1/reflection.proto
)
protoc --plugin=protoc-gen-swift="$plugin" --proto_path=Protos --swift_out="$output/Generated" \
    --swift_opt=Visibility=Package --swift_opt=UseAccessLevelOnImports=true \
    --swift_opt=FileNaming=PathToUnderscores "${messages[@]}"

# Server reflection hands these out.
{
    cat <<'HEADER'
// swift-format-ignore-file
// SPDX-License-Identifier: Apache-2.0
// Made by dev/generate-protobuf.sh from Protos.

package import Foundation

/// The compiled definitions of all services, as protobuf's `FileDescriptorProto`.
package enum ServiceDefinitions {
    /// A file name for each definition.
    package static let files: [String: Data] = [
HEADER
    while IFS= read -r file; do
        set=$(mktemp)
        protoc --proto_path=Protos --descriptor_set_out="$set" "$file"
        # A set is a sequence of files, each with a tag and a length in front.
        python3 - "$file" "$set" <<'PYTHON'
import base64, sys
name, path = sys.argv[1:]
data = open(path, "rb").read()
length, shift, offset = 0, 0, 1
while True:
    byte = data[offset]
    length |= (byte & 127) << shift
    offset, shift = offset + 1, shift + 7
    if byte < 128:
        break
assert data[0] == 10 and offset + length == len(data)
text = base64.b64encode(data[offset:]).decode()
print(f'        "{name}": decoded(\n            """')
for start in range(0, len(text), 100):
    print(f"            {text[start:start + 100]}")
print('            """),')
PYTHON
        rm "$set"
    done < <(cd Protos && find . -name '*.proto' | sed 's#^\./##' | LC_ALL=C sort)
    cat <<'FOOTER'
    ]

    private static func decoded(_ text: String) -> Data {
        Data(base64Encoded: text, options: .ignoreUnknownCharacters) ?? Data()
    }
}
FOOTER
} >"$output/Generated/ServiceDefinitions.swift"
