/// The order in which sides take requests, so that every window of one period holds each side's
/// exact share.
enum WeightSchedule {
    /// The longest period; weights whose sum over their greatest common divisor is larger are
    /// refused.
    static let periodMaximum = 10_000

    /// The period of these weights: their sum over their greatest common divisor; 0 without any
    /// weight.
    static func period(_ weights: [Int]) -> Int {
        let divisor = weights.reduce(0, greatestCommonDivisor)
        return divisor == 0 ? 0 : weights.reduce(0) { $0 + $1 / divisor }
    }

    /// One index of `weights` for each request of a period, by smooth weighted round robin: at each
    /// place every side gains its weight, the one that has gained most is taken and pays the sum.
    static func make(_ weights: [Int]) -> [UInt8] {
        let divisor = weights.reduce(0, greatestCommonDivisor)
        guard divisor > 0, weights.count <= 256 else {
            return []
        }
        let shares = weights.map { $0 / divisor }
        let sum = shares.reduce(0, +)
        var credits = shares.map { _ in 0 }
        return (0..<sum).map { _ in
            var best = 0
            for index in shares.indices {
                credits[index] += shares[index]
                if credits[index] > credits[best] { best = index }
            }
            credits[best] -= sum
            return UInt8(best)
        }
    }

    private static func greatestCommonDivisor(_ first: Int, _ second: Int) -> Int {
        second == 0 ? first : greatestCommonDivisor(second, first % second)
    }
}
