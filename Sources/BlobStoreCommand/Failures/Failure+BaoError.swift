// SPDX-License-Identifier: Apache-2.0
import Bao

extension Failure {
    /// Says what does not prove what it should: the content, or the file with the hashes.
    init(_ error: BaoError, content: InputFile, hashes: InputFile? = nil) {
        let isAboutContent =
            switch error {
            case .mismatch(let item), .endedEarly(let item): item.isData
            case .listTooLong, .wrongLength, .unsoundState: false
            }
        let file = isAboutContent ? content : hashes ?? content
        self.init(.damaged, "\(file.title): \(error)")
    }
}
