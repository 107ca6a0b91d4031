// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// A fuzzer in `Sources/NAME`, with seeds in `Corpus/NAME`, of products of the package above.
func fuzzer(_ name: String, of products: String...) -> Target {
    .executableTarget(
        name: name,
        dependencies: ["FuzzSupport"]
            + products.map { .product(name: $0, package: "swift-blobstore") },
        // A single file would be taken for a script with a `main` of its own; that is libFuzzer's.
        swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])]
    )
}

let package = Package(
    name: "Fuzz",
    dependencies: [.package(name: "swift-blobstore", path: "..")],
    targets: [
        .target(name: "FuzzSupport", swiftSettings: settings),
        fuzzer("fuzz-bao-decode", of: "Bao", "BLAKE3"),
        fuzzer("fuzz-bao-outboard", of: "Bao", "BLAKE3"),
        fuzzer("fuzz-bao-ranges", of: "Bao"),
        fuzzer("fuzz-bao-state", of: "Bao", "BLAKE3"),
        fuzzer("fuzz-digest-text", of: "BLAKE3"),
    ]
)
