import CutoverCore
import Testing

@testable import CutoverDrivers

@Suite struct PortReservationsTests {
    private func id(_ number: Int) -> InstanceID {
        InstanceID(rollout: RolloutID(rawValue: 1), number: number)
    }

    @Test func portsAreGivenInTurnAndAFreedOneRests() throws {
        var ports = PortReservations()
        ports.isFree = { $0 != 102 }
        #expect(try ports.reserve(from: 100...104, for: id(1)) == 100)
        #expect(try ports.reserve(from: 100...104, for: id(2)) == 101)
        ports.release(id(1))
        #expect(try ports.reserve(from: 100...104, for: id(3)) == 103)
        #expect(try ports.reserve(from: 100...104, for: id(4)) == 104)
        #expect(try ports.reserve(from: 100...104, for: id(5)) == 100)
        #expect(throws: ProgramFault.self) { try ports.reserve(from: 100...104, for: id(6)) }
    }

    @Test func anInstanceKeepsItsPortUntilSomebodyTakesIt() throws {
        var ports = PortReservations()
        ports.isFree = { _ in true }
        ports.keep(105, for: id(1))
        #expect(try ports.reserve(from: 100...110, for: id(1)) == 105)
        #expect(try ports.reserve(from: 200...210, for: id(1)) == 200)
        ports.isFree = { $0 != 200 }
        #expect(try ports.reserve(from: 200...210, for: id(1)) == 201)
    }

    @Test func overlappingRangesAndTheLastPortWork() throws {
        var ports = PortReservations()
        ports.isFree = { _ in true }
        #expect(try ports.reserve(from: 65_534...65_535, for: id(1)) == 65_534)
        #expect(try ports.reserve(from: 65_533...65_535, for: id(2)) == 65_533)
        #expect(try ports.reserve(from: 65_534...65_535, for: id(3)) == 65_535)
        ports.release(id(1))
        #expect(try ports.reserve(from: 65_534...65_535, for: id(4)) == 65_534)
    }
}
