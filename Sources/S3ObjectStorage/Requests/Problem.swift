// SPDX-License-Identifier: Apache-2.0
import BlobStore
import ObjectStorage

/// Why a try has not worked.
enum Problem: Error {
    /// The server has said so.
    case answer(S3Failure)
    /// There is no answer, or one that makes no sense.
    case error(BlobError)
    /// It has been said already what has not worked, and where.
    case described(BlobError)

    /// The rest of an object is that of another version.
    static var changed: Problem {
        .error(BlobError(.unavailable, "the object has been replaced while it was read"))
    }

    /// What the server has said.
    var failure: S3Failure? {
        if case .answer(let failure) = self { failure } else { nil }
    }
}

extension S3Client {
    /// Says what has not worked, and where.
    func described(_ problem: Problem, of request: S3Request) -> BlobError {
        switch problem {
        case .answer(let failure): return described(failure, of: request)
        case .described(let error): return error
        case .error(let error):
            if error.code == .cancelled { return error }
            let message = "\(place(of: request)): \(request.operation): \(error.message)"
            return BlobError(error.code, message, cause: error.cause)
        }
    }

    /// Says what a server has declined, and where.
    func described(_ failure: S3Failure, of request: S3Request) -> BlobError {
        var message = "\(place(of: request)): \(request.operation): \(failure)"
        if let advice = failure.advice(settings, now: WallClock.seconds) {
            message += "; \(advice)"
        }
        return BlobError(failure.isPassing ? .unavailable : .refused, message)
    }

    private func place(of request: S3Request) -> String {
        let bucket = "s3://\(settings.options.bucket)"
        return request.key.map { "\(bucket)/\($0)" } ?? bucket
    }
}
