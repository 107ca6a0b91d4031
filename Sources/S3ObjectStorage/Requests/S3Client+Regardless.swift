// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import BlobStore
import Logging
import NIOCore
import NIOHTTP1
import ObjectStorage

extension S3Client {
    /// Sends a request without a body that cleans something up, even if the task has been cancelled.
    ///
    /// It is tried three times, with the last credentials. What goes wrong is only logged.
    func performRegardless(_ request: S3Request, within time: TimeAmount) async {
        let deadline = NIODeadline.now() + time
        var problem = ""
        for _ in 0..<3 where NIODeadline.now() < deadline {
            requests.count(request.kind)
            let signed = sign(request, with: credentials?.last).request
            do {
                let message = try HTTPClient.Request(
                    url: signed.url,
                    method: request.method,
                    headers: signed.headers
                )
                let limited = ResponseAccumulator(request: message, maxBodySize: XMLAnswer.largest)
                let task = connections.client.execute(
                    request: message,
                    delegate: limited,
                    deadline: deadline
                )
                let status = try await task.futureResult.get().status.code
                if (200..<300).contains(status) || status == 404 { return }
                problem = "the server answers \(status)"
            } catch {
                problem = "\(error)"
            }
        }
        settings.options.logger.warning(
            "\(request.operation) failed; what was sent may be left in the bucket",
            metadata: ["place": "\(name)", "error": "\(problem)"]
        )
    }
}
