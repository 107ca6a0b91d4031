// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

// Generated code is not checked as strictly.
let generatedSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioLocks = Target.Dependency.product(name: "NIOConcurrencyHelpers", package: "swift-nio")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grpcCore = Target.Dependency.product(name: "GRPCCore", package: "grpc-swift-2")
let grpcProtobuf = Target.Dependency.product(
    name: "GRPCProtobuf",
    package: "grpc-swift-protobuf"
)
let grpcTransport = Target.Dependency.product(
    name: "GRPCNIOTransportHTTP2Posix",
    package: "grpc-swift-nio-transport"
)
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

let package = Package(
    name: "swift-blobstore",
    products: [
        .library(name: "BLAKE3", targets: ["BLAKE3"]),
        .library(name: "Bao", targets: ["Bao"]),
        .library(name: "Chunking", targets: ["Chunking"]),
        .library(name: "BlobStore", targets: ["BlobStore"]),
        .library(name: "BlobCombinators", targets: ["BlobCombinators"]),
        .library(name: "BlobFiles", targets: ["BlobFiles"]),
        .library(name: "LocalBlobStore", targets: ["LocalBlobStore"]),
        .library(name: "ObjectStorage", targets: ["ObjectStorage"]),
        .library(name: "S3ObjectStorage", targets: ["S3ObjectStorage"]),
        .library(name: "ObjectBlobStore", targets: ["ObjectBlobStore"]),
        .library(name: "BlobGRPC", targets: ["BlobGRPC"]),
        .library(name: "BlobComposition", targets: ["BlobComposition"]),
        .library(name: "BlobStoreTesting", targets: ["BlobStoreTesting"]),
        .executable(name: "blobstore", targets: ["BlobStoreCommand"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.0"),
        .package(url: "https://github.com/grpc/grpc-swift-protobuf", from: "2.4.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/CoreOffice/XMLCoder", from: "0.18.2"),
    ],
    targets: [
        .target(name: "BLAKE3Kernels"),
        .target(name: "BLAKE3", dependencies: ["BLAKE3Kernels"], swiftSettings: settings),
        .target(name: "Bao", dependencies: ["BLAKE3"], swiftSettings: settings),
        .target(name: "Chunking", swiftSettings: settings),
        .target(
            name: "BlobStore",
            dependencies: ["BLAKE3", "Bao", "Chunking", nioCore],
            swiftSettings: settings
        ),
        .target(
            name: "BlobCombinators",
            dependencies: ["BLAKE3", "Bao", "BlobStore", "Chunking", logging, nioCore],
            swiftSettings: settings
        ),
        .target(
            name: "BlobFiles",
            dependencies: ["BlobStore", nioCore, nioPosix, systemPackage],
            swiftSettings: settings
        ),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .target(
            name: "BlobCompression",
            dependencies: ["BlobStore", "CZstd", nioCore],
            swiftSettings: settings
        ),
        .target(
            name: "BlobRecords",
            dependencies: ["BLAKE3", "Bao", "BlobStore", nioCore],
            swiftSettings: settings
        ),
        .target(
            name: "BlobDatabase",
            dependencies: [grdb, nioLocks, systemPackage],
            swiftSettings: settings
        ),
        .target(
            name: "LocalBlobStore",
            dependencies: [
                "BLAKE3", "Bao", "BlobCompression", "BlobDatabase", "BlobFiles", "BlobRecords",
                "BlobStore", "Chunking", grdb, nioCore, nioLocks, systemPackage,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "ObjectStorage",
            dependencies: ["BlobFiles", "BlobStore", nioCore, systemPackage],
            swiftSettings: settings
        ),
        .target(
            name: "S3ObjectStorage",
            dependencies: [
                "BlobFiles", "BlobStore", "ObjectStorage", crypto, logging, nioCore, nioHTTP1,
                nioSSL,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "XMLCoder", package: "XMLCoder"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "BlobProtos",
            dependencies: ["BLAKE3", protobuf],
            swiftSettings: generatedSettings
        ),
        .target(
            name: "ObjectBlobStore",
            dependencies: [
                "BLAKE3", "Bao", "BlobCompression", "BlobDatabase", "BlobFiles", "BlobProtos",
                "BlobRecords", "BlobStore", "Chunking", "ObjectStorage", grdb, nioCore, protobuf,
                systemPackage,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "BlobGRPC",
            dependencies: [
                "BLAKE3", "Bao", "BlobStore", "BlobProtos", grpcCore, grpcProtobuf, grpcTransport,
                logging, nioCore, nioLocks, nioPosix, nioSSL, protobuf, systemPackage,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "BlobComposition",
            dependencies: [
                "BLAKE3", "BlobCombinators", "BlobFiles", "BlobGRPC", "BlobStore", "Chunking",
                "LocalBlobStore", "ObjectBlobStore", "ObjectStorage", "S3ObjectStorage", logging,
                nioCore, systemPackage,
                .product(name: "TOMLKit", package: "TOMLKit"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "BlobStoreTesting",
            dependencies: ["BLAKE3", "Bao", "BlobFiles", "BlobStore", nioCore, systemPackage],
            swiftSettings: settings
        ),
        .target(
            name: "ObjectStorageTesting",
            dependencies: ["BlobStore", "ObjectStorage", nioCore],
            swiftSettings: settings
        ),
        .target(name: "CGlibc"),
        .executableTarget(
            name: "BlobStoreCommand",
            dependencies: [
                "BLAKE3", "Bao", "BlobCombinators", "BlobFiles", "BlobStore", "BlobComposition",
                "BlobGRPC", "LocalBlobStore", "ObjectBlobStore", "ObjectStorage", "CGlibc", logging,
                nioCore, systemPackage,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "blake3-selftest",
            dependencies: ["BLAKE3"],
            path: "Sources/BLAKE3SelfTest",
            swiftSettings: settings
        ),
        .testTarget(
            name: "BLAKE3Tests",
            dependencies: ["BLAKE3"],
            resources: [.process("Resources")],
            swiftSettings: settings
        ),
        .testTarget(
            name: "BaoTests",
            dependencies: ["BLAKE3", "Bao", crypto],
            resources: [.process("Resources")],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ChunkingTests",
            dependencies: ["BLAKE3", "Chunking"],
            resources: [.process("Resources")],
            swiftSettings: settings
        ),
        .testTarget(
            name: "BlobStoreTests",
            dependencies: ["BLAKE3", "Bao", "BlobStore", "BlobStoreTesting", nioCore],
            swiftSettings: settings
        ),
        .testTarget(
            name: "BlobCombinatorsTests",
            dependencies: [
                "BLAKE3", "Bao", "BlobCombinators", "BlobStore", "BlobStoreTesting",
                "LocalBlobStore", logging, nioCore, systemPackage,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "LocalBlobStoreTests",
            dependencies: [
                "BLAKE3", "Bao", "BlobCompression", "BlobFiles", "BlobRecords", "BlobStore",
                "BlobStoreTesting", "Chunking", "LocalBlobStore", nioCore, systemPackage,
            ],
            resources: [.copy("Resources/store-v1")],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ObjectStorageTests",
            dependencies: [
                "BlobStore", "BlobStoreTesting", "ObjectStorage", "ObjectStorageTesting", nioCore,
                systemPackage,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "S3ObjectStorageTests",
            dependencies: [
                "BlobStore", "BlobStoreTesting", "ObjectBlobStore", "ObjectStorage",
                "ObjectStorageTesting", "S3ObjectStorage", crypto, nioCore, nioHTTP1, nioPosix,
                systemPackage,
            ],
            resources: [.process("Resources")],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ObjectBlobStoreTests",
            dependencies: [
                "BLAKE3", "Bao", "BlobCompression", "BlobRecords", "BlobStore", "BlobStoreTesting",
                "Chunking", "ObjectBlobStore", "ObjectStorage", nioCore, systemPackage,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "BlobCompositionTests",
            dependencies: [
                "BLAKE3", "BlobCombinators", "BlobComposition", "BlobStore", "BlobStoreTesting",
                "BlobGRPC", "LocalBlobStore", logging, nioCore, systemPackage,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "BlobGRPCTests",
            dependencies: [
                "BLAKE3", "Bao", "BlobStore", "BlobGRPC", "BlobProtos", "BlobStoreTesting", logging,
                grpcCore, grpcTransport, grpcProtobuf, nioCore, nioPosix, protobuf, systemPackage,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "BlobStoreCommandTests",
            dependencies: [
                "BLAKE3", "Bao", "BlobStore", "BlobGRPC", "BlobStoreCommand", "BlobStoreTesting",
                logging, nioCore, systemPackage,
            ],
            swiftSettings: settings
        ),
    ]
)
