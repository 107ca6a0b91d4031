// SPDX-License-Identifier: Apache-2.0

/// Writes the line that says how far a piece of work is.
enum ProgressText {
    private static let barLength = 20

    /// Returns the line: a bar and the time that is left if the total is known, else the counts.
    static func line(
        _ verb: String,
        bytes: UInt64,
        total: UInt64?,
        files: UInt64,
        seconds: Double
    ) -> String {
        let speed = Double(bytes) / max(seconds, 0.001)
        var parts: [String] = []
        if files > 0 { parts.append("\(files) files") }
        if let total, total > 0 {
            parts.append("\(ByteCount(min(bytes, total))) of \(ByteCount(total))")
        } else {
            parts.append("\(ByteCount(bytes))")
        }
        parts.append("\(ByteCount(UInt64(clampingToWhole: speed)))/s")
        guard let total, total > 0 else { return "\(verb): " + parts.joined(separator: ", ") }
        if speed > 0, bytes < total {
            parts.append(
                "\(UInt64(clampingToWhole: (Double(total - bytes) / speed).rounded(.up))) s left"
            )
        }
        let share = min(1, Double(bytes) / Double(total))
        let filled = Int(share * Double(barLength))
        let bar =
            String(repeating: "#", count: filled)
            + String(repeating: ".", count: barLength - filled)
        return "\(verb): [\(bar)] \(Int(share * 100)) %, " + parts.joined(separator: ", ")
    }
}
