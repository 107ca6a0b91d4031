// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// Verified streaming of files, without a store.
struct BaoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bao",
        abstract: "Make and check encodings that prove each part of a blob as it arrives.",
        discussion: """
            With --group-log 0 the files are those of bao, with 4 (the default) those of bao-tree \
            and iroh. Who decodes has to name the groups and the format; they are not in the files.
            """,
        subcommands: [
            BaoEncodeCommand.self, BaoDecodeCommand.self, BaoOutboardCommand.self,
            BaoSliceCommand.self, BaoVerifySliceCommand.self, BaoTreeCommand.self,
        ]
    )
}
