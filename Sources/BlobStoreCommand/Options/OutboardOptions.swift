// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Bao
import SystemPackage

/// In which order the pairs of an outboard are.
enum OutboardOrder: String, CaseIterable, ExpressibleByArgument {
    /// A node before those below it.
    case pre
    /// A node after those below it.
    case post

    /// The order, as the library calls it.
    var nodeOrder: NodeOrder { self == .pre ? .preOrder : .postOrder }
}

/// Says what an outboard looks like.
struct OutboardOptions: ParsableArguments {
    @Flag(
        inversion: .prefixedNo,
        help: """
            Whether the outboard begins with 8 bytes of size; without either, it does if K is 0 or \
            the format is not pairs.
            """
    )
    var header: Bool?

    @Option(help: "The order of the pairs.")
    var order: OutboardOrder?

    /// Fails if an outboard in this form cannot be like that.
    func check(_ form: BaoForm) throws {
        if order == .post, form != .parents {
            throw ValidationError("--order post goes with pairs only")
        }
    }

    /// Fails if anything is said although there is no outboard.
    func checkUnused() throws {
        guard header == nil, order == nil else {
            throw ValidationError("--header and --order go with --outboard only")
        }
    }

    /// What an outboard in this form looks like.
    func layout(_ form: BaoForm, _ groupSize: GroupSize) -> OutboardLayout {
        OutboardLayout(
            form: form,
            groupSize: groupSize,
            order: (order ?? .pre).nodeOrder,
            hasHeader: header ?? (groupSize == .chunk || form != .parents)
        )
    }
}

/// Names the outboard of a content that is read.
struct StoredOutboardOptions: ParsableArguments {
    @Option(
        help: "The outboard of the content; then the content itself is read.",
        completion: .file(),
        transform: PathArgument.parse
    )
    var outboard: FilePath?

    @OptionGroup var options: OutboardOptions

    /// Fails if what is said makes no sense for an outboard in this form.
    func check(_ form: BaoForm) throws {
        if outboard == nil { try options.checkUnused() }
        try options.check(form)
    }
}
