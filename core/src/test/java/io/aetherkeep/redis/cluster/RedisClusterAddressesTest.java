package io.aetherkeep.redis.cluster;

import static io.aetherkeep.testing.Futures.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.embedded.EmbeddedCluster;
import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.connection.RedisMasterView;
import io.aetherkeep.redis.target.RedisAddress;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.testing.Certificate;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clusters whose nodes are reached at other addresses than those that they listen on. */
@Timeout(180)
class RedisClusterAddressesTest {

  private static final Space SPACE = new Space("test", "", Dialect.ANY, 1 << 20, Map.of());
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int MASTERS = 3;

  /** The permissions of docs/security.md and docs/scaling.md. */
  private static final Object[] USER = {
    "ACL",
    "SETUSER",
    "aetherkeep",
    "on",
    ">secret",
    "~*",
    "&*",
    "+@all",
    "-@dangerous",
    "+restore",
    "+info",
    "+role",
    "+slowlog|get",
    "+config|get",
    "+cluster|info",
    "+cluster|slots",
    "+asking"
  };

  private final Vertx vertx = Vertx.vertx();
  private final List<EmbeddedRedis> servers = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
    servers.forEach(EmbeddedRedis::kill);
  }

  private RedisAccess open(String url, @Nullable Path authority, RedisAddress seed)
      throws Exception {
    RedisTarget patient = PatientTarget.of(url, 0);
    RedisTarget target =
        new RedisTarget(
            url,
            0,
            patient.timeout(),
            patient.connectTimeout(),
            patient.maxInFlight(),
            patient.retry(),
            authority,
            null,
            List.of(seed));
    return await(RedisAccess.openSupported(vertx, 1, Map.of(SPACE, target)));
  }

  private static void assertServesAllSlots(RedisAccess access) throws Exception {
    await().atMost(PATIENCE).until(() -> access.unavailableReason(SPACE) == null);
    RedisLine line = access.line(SPACE);
    List<Future<?>> written = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      written.add(line.send(Request.cmd(Command.SET).arg("key:" + i).arg("of " + i)));
    }
    await(Future.all(written));
    Request read = Request.cmd(Command.MGET);
    IntStream.range(0, 300).forEach(i -> read.arg("key:" + i));
    assertEquals(
        IntStream.range(0, 300).mapToObj(i -> "of " + i).toList(),
        await(line.send(read)).stream().map(String::valueOf).toList());
  }

  private static int freePort() throws Exception {
    while (true) {
      try (ServerSocket socket = new ServerSocket(0)) {
        // The bus of a cluster has the port behind the next ten thousand.
        if (socket.getLocalPort() < 50_000) {
          return socket.getLocalPort();
        }
      }
    }
  }

  private EmbeddedRedis tlsServer(int port, Certificate certificate) throws Exception {
    return EmbeddedRedis.start(
        EmbeddedRedis.options()
            .withArguments(
                "--cluster-enabled",
                "yes",
                "--cluster-config-file",
                "nodes-" + port + ".conf",
                "--tls-port",
                Integer.toString(port),
                "--tls-cluster",
                "yes",
                "--tls-auth-clients",
                "no",
                "--tls-cert-file",
                certificate.chain().toString(),
                "--tls-key-file",
                certificate.key().toString(),
                "--tls-ca-cert-file",
                certificate.chain().toString(),
                "--cluster-announce-hostname",
                "localhost",
                "--cluster-preferred-endpoint-type",
                "hostname"));
  }

  private static void give(ForeignClient server, int number, int firstPort) {
    server.send(
        "CLUSTER",
        "ADDSLOTSRANGE",
        RedisSlots.COUNT * number / MASTERS,
        RedisSlots.COUNT * (number + 1) / MASTERS - 1);
    server.send("CLUSTER", "SET-CONFIG-EPOCH", number + 1);
    server.send("CLUSTER", "MEET", "127.0.0.1", firstPort);
    server.send(USER);
  }

  @Test
  void aClusterWithTlsAndUsers_isReachedByItsHostNames(@TempDir Path folder) throws Exception {
    Certificate certificate = Certificate.make(folder, "dns:localhost");
    List<Integer> ports = List.of(freePort(), freePort(), freePort());
    List<ForeignClient> foreign = new ArrayList<>();
    for (int i = 0; i < MASTERS; i++) {
      servers.add(tlsServer(ports.get(i), certificate));
      foreign.add(new ForeignClient(servers.get(i).port()));
      give(foreign.get(i), i, ports.get(0));
    }
    for (ForeignClient server : foreign) {
      await().atMost(PATIENCE).until(() -> server.text("CLUSTER", "INFO").contains("state:ok"));
      await()
          .atMost(PATIENCE)
          .until(() -> server.text("CLUSTER", "INFO").contains("cluster_known_nodes:3"));
      server.send("ACL", "SETUSER", "default", "off");
      server.close();
    }

    RedisAccess access =
        open(
            "rediss://aetherkeep:secret@any",
            certificate.chain(),
            new RedisAddress("localhost", ports.get(1)));

    assertServesAllSlots(access);
    assertEquals(
        ports.stream().map(port -> "localhost:" + port).collect(Collectors.toSet()),
        access.masters(SPACE).stream().map(RedisMasterView::address).collect(Collectors.toSet()));
  }

  @Test
  void aClusterBehindNat_isReachedAtWhatItsNodesAnnounce() throws Exception {
    try (EmbeddedCluster cluster = EmbeddedCluster.start(EmbeddedCluster.options())) {
      Set<String> announced = new TreeSet<>();
      List<Integer> ports = new ArrayList<>();
      for (int i = 0; i < MASTERS; i++) {
        ports.add(forward(cluster.port(i)));
        announced.add("127.0.0.1:" + ports.get(i));
        try (ForeignClient server = new ForeignClient(cluster.port(i))) {
          server.send("CONFIG", "SET", "cluster-announce-ip", "127.0.0.1");
          server.send("CONFIG", "SET", "cluster-announce-port", ports.get(i));
        }
      }
      // Any node may be asked for the topology.
      for (int i = 0; i < MASTERS; i++) {
        try (ForeignClient server = new ForeignClient(cluster.port(i))) {
          await()
              .atMost(PATIENCE)
              .until(
                  () ->
                      ports.stream()
                          .allMatch(port -> server.text("CLUSTER", "SLOTS").contains("" + port)));
        }
      }

      RedisAccess access = open("redis://any", null, new RedisAddress("127.0.0.1", ports.get(0)));

      assertServesAllSlots(access);
      Set<String> masters =
          access.masters(SPACE).stream()
              .map(RedisMasterView::address)
              .collect(Collectors.toCollection(TreeSet::new));
      assertTrue(masters.equals(announced), masters::toString);
    }
  }

  /** Forwards connections to a port, as an address translator does. */
  private int forward(int port) throws Exception {
    NetClient client = vertx.createNetClient();
    return await(
            vertx
                .createNetServer()
                .connectHandler(
                    near -> {
                      near.pause();
                      client.connect(port, "127.0.0.1").onSuccess(far -> join(near, far));
                    })
                .listen(0, "127.0.0.1"))
        .actualPort();
  }

  private static void join(NetSocket near, NetSocket far) {
    near.pipeTo(far);
    far.pipeTo(near);
    near.resume();
  }
}
