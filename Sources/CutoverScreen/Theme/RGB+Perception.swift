/// Light as it adds up, each channel from 0 to 1: sRGB without its transfer curve.
struct LinearRGB: Sendable {
    var red: Double
    var green: Double
    var blue: Double
}

/// A colour in CIE L*a*b* with white D65, where distances are close to what eyes see.
struct Lab: Sendable {
    var lightness: Double
    var greenRed: Double
    var blueYellow: Double

    init(_ light: LinearRGB) {
        let x = 0.4124564 * light.red + 0.3575761 * light.green + 0.1804375 * light.blue
        let y = 0.2126729 * light.red + 0.7151522 * light.green + 0.0721750 * light.blue
        let z = 0.0193339 * light.red + 0.1191920 * light.green + 0.9503041 * light.blue
        let fx = Self.curve(x / 0.95047)
        let fy = Self.curve(y)
        let fz = Self.curve(z / 1.08883)
        lightness = 116 * fy - 16
        greenRed = 500 * (fx - fy)
        blueYellow = 200 * (fy - fz)
    }

    /// The CIE 1976 distance; about 2 is just visible, 20 cannot be mistaken.
    func distance(to other: Lab) -> Double {
        let lightness = lightness - other.lightness
        let greenRed = greenRed - other.greenRed
        let blueYellow = blueYellow - other.blueYellow
        return (lightness * lightness + greenRed * greenRed + blueYellow * blueYellow)
            .squareRoot()
    }

    private static func curve(_ ratio: Double) -> Double {
        ratio > 216.0 / 24_389 ? root(3, of: ratio) : (24_389.0 / 27 * ratio + 16) / 116
    }
}

/// What choosing among colours needs to know of one.
struct Perception: Sendable {
    let lab: Lab

    /// The relative luminance of WCAG 2, from 0 for black to 1 for white.
    let luminance: Double

    init(_ color: RGB) {
        let light = color.linear
        lab = Lab(light)
        luminance = 0.2126 * light.red + 0.7152 * light.green + 0.0722 * light.blue
    }

    /// The contrast ratio of WCAG 2, from 1 to 21.
    func contrast(with other: Perception) -> Double {
        let brighter = max(luminance, other.luminance)
        let darker = min(luminance, other.luminance)
        return (brighter + 0.05) / (darker + 0.05)
    }
}

extension RGB {
    var linear: LinearRGB {
        LinearRGB(
            red: Self.linear(red),
            green: Self.linear(green),
            blue: Self.linear(blue)
        )
    }

    /// The contrast ratio of WCAG 2, from 1 to 21.
    package func contrast(with other: RGB) -> Double {
        Perception(self).contrast(with: Perception(other))
    }

    /// The distance in Lab as somebody with that sight perceives it.
    package func distance(to other: RGB, vision: ColorVision = .normal) -> Double {
        Lab(vision.perceived(linear)).distance(to: Lab(vision.perceived(other.linear)))
    }

    /// The curve of IEC 61966-2-1.
    private static func linear(_ channel: UInt8) -> Double {
        let value = Double(channel) / 255
        if value <= 0.04045 { return value / 12.92 }
        let base = (value + 0.055) / 1.055
        // To the power of 2.4: the square, times the fifth root of the square.
        return base * base * root(5, of: base * base)
    }
}

/// The real root of a positive number up to 2, by Newton's method.
///
/// The standard library has only the square root, and a whole C library is not worth two roots.
private func root(_ degree: Int, of value: Double) -> Double {
    guard value > 0 else { return 0 }
    var guess = 1.0
    // The error at least shrinks by (degree - 1) / degree a turn until it shrinks by its square.
    for _ in 0..<100 {
        var power = 1.0
        for _ in 1..<degree {
            power *= guess
        }
        let next = guess - (guess - value / power) / Double(degree)
        if abs(next - guess) <= 1e-14 * next { return next }
        guess = next
    }
    return guess
}
