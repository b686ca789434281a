/// How an eye sees colours.
package enum ColorVision: String, CaseIterable, Sendable {
    case normal
    case deuteranopia
    case protanopia
    case tritanopia

    /// What the light looks like to such an eye.
    ///
    /// Machado, Oliveira and Fernandes 2009, "A Physiologically-based Model for Simulation of Color
    /// Vision Deficiency", at full severity.
    func perceived(_ light: LinearRGB) -> LinearRGB {
        switch self {
        case .normal:
            light
        case .deuteranopia:
            LinearRGB(
                red: mix(light, 0.367322, 0.860646, -0.227968),
                green: mix(light, 0.280085, 0.672501, 0.047413),
                blue: mix(light, -0.011820, 0.042940, 0.968881)
            )
        case .protanopia:
            LinearRGB(
                red: mix(light, 0.152286, 1.052583, -0.204868),
                green: mix(light, 0.114503, 0.786281, 0.099216),
                blue: mix(light, -0.003882, -0.048116, 1.051998)
            )
        case .tritanopia:
            LinearRGB(
                red: mix(light, 1.255528, -0.076749, -0.178779),
                green: mix(light, -0.078411, 0.930809, 0.147602),
                blue: mix(light, 0.004733, 0.691367, 0.303900)
            )
        }
    }

    private func mix(
        _ light: LinearRGB,
        _ red: Double,
        _ green: Double,
        _ blue: Double
    ) -> Double {
        min(max(red * light.red + green * light.green + blue * light.blue, 0), 1)
    }
}
