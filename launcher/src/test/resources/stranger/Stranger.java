import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A service of others on the event bus: with Vert.x and Hazelcast, and no class of Aetherkeep. */
public class Stranger {

  public static void main(String[] arguments) throws Exception {
    String secret = arguments[0];
    int port = Integer.parseInt(arguments[1]);
    String members = arguments[2];
    String certificate = arguments[3];
    String key = arguments[4];

    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    byte[] hash = mac.doFinal("aetherkeep event bus".getBytes(StandardCharsets.UTF_8));
    Config config = new Config().setClusterName("aetherkeep-" + HexFormat.of().formatHex(hash));
    config.setProperty("hazelcast.logging.type", "none");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.wait.seconds.before.join", "1");
    config.setProperty("hazelcast.max.join.seconds", "10");
    config.getNetworkConfig().setPort(port).setPortAutoIncrement(false);
    config.getNetworkConfig().setPublicAddress("127.0.0.1:" + port);
    JoinConfig join = config.getNetworkConfig().getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true);
    for (String member : members.split(",")) {
      join.getTcpIpConfig().addMember(member);
    }
    HazelcastClusterManager manager = new HazelcastClusterManager(config);
    EventBusOptions bus =
        new EventBusOptions()
            .setHost("127.0.0.1")
            .setSsl(true)
            .setKeyCertOptions(new PemKeyCertOptions().setCertPath(certificate).setKeyPath(key))
            .setTrustOptions(new PemTrustOptions().addCertPath(certificate))
            .setClientAuth(ClientAuth.REQUIRED);
    Vertx vertx =
        Vertx.builder()
            .with(new VertxOptions().setEventBusOptions(bus))
            .withClusterManager(manager)
            .buildClustered()
            .toCompletionStage()
            .toCompletableFuture()
            .get();
    System.out.println("members " + manager.getNodes().size());
    vertx
        .eventBus()
        .<JsonObject>consumer(
            "aetherkeep.origin.metrics",
            ask ->
                ask.reply(
                    new JsonObject()
                        .put(
                            "value", new JsonObject().put("of", ask.body().getJsonArray("ids")))));
    vertx
        .eventBus()
        .<JsonObject>consumer(
            "aetherkeep.event.session-opened",
            event -> System.out.println("opened " + event.body().getString("id")));
    vertx
        .eventBus()
        .<JsonObject>request(
            "aetherkeep.read-session-stats", new JsonObject().put("space", "content"))
        .onComplete(
            reply -> System.out.println("stats of " + reply.body().getString("space")),
            thrown -> System.out.println("no stats: " + thrown.getMessage()));
  }
}
