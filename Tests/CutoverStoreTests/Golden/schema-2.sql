-- Version 2 of the store: instances have an address in place of a port. Never edited.
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO grdb_migrations VALUES ('1 services, rollouts, journal');
INSERT INTO grdb_migrations VALUES ('2 instance addresses');
CREATE TABLE engine (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    epoch INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    pid INTEGER NOT NULL,
    startedAt INTEGER NOT NULL
) STRICT;

CREATE TABLE service (
    name TEXT PRIMARY KEY,
    liveRelease TEXT,
    liveSlot TEXT,
    recordVersion INTEGER NOT NULL,
    record TEXT NOT NULL,
    updatedAt INTEGER NOT NULL
) STRICT;

CREATE TABLE release (
    service TEXT NOT NULL REFERENCES service (name) ON DELETE CASCADE,
    name TEXT NOT NULL,
    seenAt INTEGER NOT NULL,
    firstDeployedAt INTEGER,
    lastDeployedAt INTEGER,
    PRIMARY KEY (service, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE rollout (
    id INTEGER PRIMARY KEY,
    service TEXT NOT NULL REFERENCES service (name) ON DELETE CASCADE,
    candidate TEXT NOT NULL,
    stable TEXT,
    actor TEXT NOT NULL,
    phase TEXT NOT NULL,
    outcome TEXT,
    startedAt INTEGER NOT NULL,
    finishedAt INTEGER,
    recordVersion INTEGER NOT NULL,
    record TEXT NOT NULL
) STRICT;
CREATE INDEX rolloutByService ON rollout (service, id);
CREATE TABLE journal (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    service TEXT,
    rollout INTEGER,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    actor TEXT NOT NULL,
    event TEXT,
    effects TEXT
) STRICT;

CREATE TABLE instance (
    rollout INTEGER NOT NULL,
    number INTEGER NOT NULL,
    service TEXT NOT NULL REFERENCES service (name) ON DELETE CASCADE,
    name TEXT NOT NULL,
    release TEXT NOT NULL,
    slot TEXT,
    pid INTEGER,
    processStart INTEGER,
    bootID TEXT,
    token TEXT,
    logPath TEXT,
    startedAt INTEGER,
    restarts INTEGER NOT NULL,
    isStopped INTEGER NOT NULL,
    recordVersion INTEGER NOT NULL,
    evidence TEXT NOT NULL, address TEXT,
    PRIMARY KEY (rollout, number)
) STRICT, WITHOUT ROWID;
INSERT INTO engine VALUES (1, 4, 2000, 4242, 1700000000000);
INSERT INTO service VALUES ('web', 'v41', 'blue', 1, '{"live":{"release":"v41","roster":[{"condition":{"healthy":{"since":1700000005000}},"instance":{"id":{"number":1,"rollout":7},"name":"g1","release":"v42","slot":"green"},"isDrained":false,"role":"candidate"}],"slot":"blue","traffic":{"candidate":{"release":"v42","rotation":[{"number":1,"rollout":7}],"slot":"green","weight":20},"stable":{"release":"v41","rotation":[{"number":1,"rollout":6}],"slot":"blue","weight":80}}},"previous":"v40","queued":{"actor":{"name":"bob"},"id":8,"release":"v43"},"rollout":7}', 1700000000000);
INSERT INTO release VALUES ('web', 'v41', 1699999999000, 1699999999000, 1699999999000);
INSERT INTO release VALUES ('web', 'v42', 1700000000000, 1700000000000, 1700000000000);
INSERT INTO rollout VALUES (
    7, 'web', 'v42', 'v41', 'alice@pts/3', 'baking', NULL, 1700000000000, NULL, 1, '{"checkResults":[{"duration":[0,42000000000000000],"name":"smoke","passed":false,"summary":"GET /: 500, expected 200-299","tries":3}],"furthestStep":3,"holds":[{"operator":{"_0":{"name":"alice@pts/3"},"since":{"milliseconds":1700000061000}}},{"anomaly":{"_0":{"verdict":{"_0":{"at":{"milliseconds":1700000090000},"conclusion":"fail","findings":[{"candidate":0.25,"candidateRequests":120,"conclusion":"fail","limit":0.05,"metric":{"errorRate":{}},"requiredRequests":50,"stableRequests":480},{"candidate":12.5,"candidateRequests":120,"conclusion":"inconclusive","limit":40,"metric":{"latency":{"quantile":0.99}},"requiredRequests":200,"stable":11,"stableRequests":480}],"window":[1,11553255926290448384],"windowStart":{"milliseconds":1700000060000}}}},"since":{"milliseconds":1700000062000}}},{"gate":{"expiresAt":{"milliseconds":1700001800000},"since":{"milliseconds":1700000000000}}},{"deadline":{"since":{"milliseconds":1700000063000}}}],"lastEffect":5,"lastInstance":4,"phase":{"baking":{"checks":{"due":1700000030000,"id":{"rollout":7,"sequence":3},"names":["smoke","contract"],"results":[{"duration":[0,42000000000000000],"name":"smoke","passed":false,"summary":"GET /: 500, expected 200-299","tries":3}],"stage":"beforePromotion"},"clock":{"duration":60000,"endsAt":1700000075000,"startedAt":1700000010000},"watch":{"since":1700000060000,"verdict":{"at":{"milliseconds":1700000090000},"conclusion":"fail","findings":[{"candidate":0.25,"candidateRequests":120,"conclusion":"fail","limit":0.05,"metric":{"errorRate":{}},"requiredRequests":50,"stableRequests":480},{"candidate":12.5,"candidateRequests":120,"conclusion":"inconclusive","limit":40,"metric":{"latency":{"quantile":0.99}},"requiredRequests":200,"stable":11,"stableRequests":480}],"window":[1,11553255926290448384],"windowStart":{"milliseconds":1700000060000}}}}},"plan":{"actor":{"name":"alice@pts/3"},"candidate":"v42","checks":[{"name":"smoke","stage":"beforePromotion"},{"name":"after","stage":"afterPromotion"}],"drainTimeout":30000,"id":7,"instanceCount":1,"isAnalysed":true,"isRollback":false,"minimumHealthyTime":2500,"onAnomaly":"rollback","service":"web","slot":"green","stable":{"instances":[{"id":{"number":1,"rollout":6},"name":"b1","release":"v41","slot":"blue"}],"release":"v41","slot":"blue"},"startTimeout":60000,"startedAt":1700000000000,"strategy":{"blueGreen":{"_0":{"bake":60000,"gateExpires":1800000,"keepWarm":600000,"progressDeadline":600000,"promoteAfter":90000,"shift":[20,50,100],"soak":30000,"whenInconclusive":"wait"}}}},"revision":9,"roster":[{"condition":{"starting":{}},"instance":{"id":{"number":1,"rollout":6},"name":"b1","release":"v41","slot":"blue"},"isDrained":false,"role":"stable"},{"condition":{"starting":{"evidence":"connection refused"}},"instance":{"id":{"number":1,"rollout":7},"name":"g1","release":"v42","slot":"green"},"isDrained":true,"role":"candidate"},{"condition":{"healthy":{"since":1700000005000}},"instance":{"id":{"number":1,"rollout":7},"name":"g1","release":"v42","slot":"green"},"isDrained":false,"role":"candidate"},{"condition":{"unhealthy":{"evidence":"GET /healthz: 503","since":1700000006000}},"instance":{"id":{"number":1,"rollout":7},"name":"g1","release":"v42","slot":"green"},"isDrained":false,"role":"candidate"},{"condition":{"failed":{"evidence":"exit status 1"}},"instance":{"id":{"number":1,"rollout":7},"name":"g1","release":"v42","slot":"green"},"isDrained":false,"role":"candidate"},{"condition":{"stopping":{}},"instance":{"id":{"number":1,"rollout":7},"name":"g1","release":"v42","slot":"green"},"isDrained":false,"role":"candidate"},{"condition":{"stopped":{}},"instance":{"id":{"number":1,"rollout":7},"name":"g1","release":"v42","slot":"green"},"isDrained":false,"role":"candidate"}],"settledAt":1700000096000,"traffic":{"attempted":[{"candidate":{"release":"v42","rotation":[{"number":1,"rollout":7}],"slot":"green","weight":20},"stable":{"release":"v41","rotation":[{"number":1,"rollout":6}],"slot":"blue","weight":80}}],"confirmed":{"candidate":{"release":"v42","rotation":[{"number":1,"rollout":7}],"slot":"green","weight":20},"stable":{"release":"v41","rotation":[{"number":1,"rollout":6}],"slot":"blue","weight":80}}}}'
);
INSERT INTO journal VALUES (
    1, 1700000000000, 'web', 7, 'deploy', 'v42 starts', 'alice@pts/3', 'deploy(v42)', 'start'
);
INSERT INTO instance VALUES (
    7, 1, 'web', 'g1', 'v42', 'green', 4243, 123456789, 'boot', 'token', '/logs/g1.log',
    1700000000000, 2, 0, 1, '{"lastExit":"exit status 1","log":["listening"],"probes":[{"at":1700000000000,"bytes":12,"error":"503, expected 200-299","microseconds":1500,"passed":false,"status":503}]}',
    '127.0.0.1:9101'
);
INSERT INTO instance VALUES (
    7, 2, 'web', 'g2', 'v42', 'green', 4244, 123456790, 'boot', 'token', '/logs/g2.log',
    1700000000000, 0, 0, 1, '{"log":[],"probes":[]}', 'unix:/state/run/7-2.sock'
);
INSERT INTO instance VALUES (
    7, 3, 'web', 'g3', 'v42', 'green', NULL, NULL, NULL, NULL, NULL,
    NULL, 0, 0, 1, '{"log":[],"probes":[]}', NULL
);
