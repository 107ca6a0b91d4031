// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

let package = Package(
    name: "EmbeddedStore",
    dependencies: [
        .package(name: "swift-blobstore", path: "../.."),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    ],
    targets: [
        .executableTarget(
            name: "EmbeddedStore",
            dependencies: [
                .product(name: "BLAKE3", package: "swift-blobstore"),
                .product(name: "BlobStore", package: "swift-blobstore"),
                .product(name: "LocalBlobStore", package: "swift-blobstore"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            path: "Sources"
        )
    ]
)
