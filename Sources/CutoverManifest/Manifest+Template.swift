extension Manifest {
    /// A manifest to start from: two services, with the keys that operators change first.
    package static let template = """
        # cutover.yaml: what Cutover runs and how it rolls out new releases.
        # Check it with 'cutover validate'. Only listen, command and ports must be there.

        project: shop
        # environment: production     # shown on every screen; confirmations ask for more
        onDisconnect: hold            # or continue, rollback: a rollout without its terminal

        services:
          checkout:
            listen: 127.0.0.1:8080    # where clients reach it
            preview: 127.0.0.1:8081   # where only you reach the new release, before it is promoted
            instances: 2
            releases: [v1, v2]        # what the deploy form offers; any other release works too
            runtime:
              # No shell reads this: a list of a program and its arguments. Variables need quotes.
              command: [./checkout, --port, "${port}", --release, "${release}"]
              ports: 9100-9199        # two for each instance; none with "${socket}"
              # environment: {MODE: live}
              # environmentFile: checkout.env
              # Does somebody else start the instances? See 'external' in validate --keys.
            health:
              http: /healthz          # left out: a TCP connection is enough
              minimumHealthyTime: 10s
            strategy:
              blueGreen:
                # promoteAfter: 5m    # left out: only an operator promotes
                # shift: [20, 50, 100]
                bake: 1m              # the promoted release is watched this long
                keepWarm: 10m         # and the old one stays ready this long
            checks:                   # before the gate opens
              - name: smoke
                http: {path: /, status: 200}
            analysis:                 # limits that a release with traffic must keep
              errorRate: 5%
              latency: {quantile: 99%, limit: 500ms}
              onFailure: hold         # or rollback

          search:
            listen: 127.0.0.1:8090
            instances: 6
            releases: [v1]
            runtime:
              command: [./search, "${port}"]
              ports: 9200-9299
            strategy:
              rolling:
                batch: 2              # or a percentage of the instances
                monitor: 15s          # each batch is watched this long
                gateAfter: [1]        # an operator looks at the first batch

        """
}
