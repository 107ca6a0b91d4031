// SPDX-License-Identifier: Apache-2.0

// The sides of ours in Benchmarks/grpc.sh, which says what is measured. Addresses are HOST:PORT.
//
//     grpc-benchmark serve ADDRESS memory|local [FOLDER]
//     grpc-benchmark put ADDRESS BYTES SEED RUNS
//     grpc-benchmark read ADDRESS DIGEST RUNS
//     grpc-benchmark put-many ADDRESS RUNS FILE-OF-DIGESTS
//     grpc-benchmark get-many ADDRESS RUNS FILE-OF-DIGESTS

import BlobGRPC

struct UsageError: Error {}

func number(_ text: String) throws -> Int {
    guard let number = Int(text), number >= 0 else { throw UsageError() }
    return number
}

let words = Array(CommandLine.arguments.dropFirst())
guard words.count >= 3 else { throw UsageError() }
let rest = Array(words.dropFirst(2))
let server = try GRPCAddress(url: "grpc+http://\(words[1])")
switch (words[0], rest.count) {
case ("serve", 1...2):
    try await serve(words[1], rest[0], folder: rest.dropFirst().first)
case ("put", 3):
    try await put(server, try number(rest[0]), try number(rest[1]), try number(rest[2]))
case ("read", 2): try await read(server, rest[0], try number(rest[1]))
case ("put-many", 2): try await putMany(server, try number(rest[0]), rest[1])
case ("get-many", 2): try await getMany(server, try number(rest[0]), rest[1])
default: throw UsageError()
}
