package io.aetherkeep.launcher;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.testing.Certificate;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand followers of one stream on one node, a hundred on each HTTP/2 connection. */
@ExtendWith(RedisExtension.class)
class ManyStreamFollowersTest {

  private static final String PATH = "/api/v1/aethercast/streams/followed";
  private static final String CHANNEL = "changes:stream:0:followed";
  private static final int FOLLOWERS = 10_000;
  private static final int A_CONNECTION = 100;

  /**
   * Limit of concurrent starts, because each opens a TLS connection with a timeout of ten seconds.
   */
  private static final int AT_ONCE = 20;

  @TempDir Path directory;
  private final Vertx vertx = Vertx.vertx();

  @Test
  void tenThousandFollowers_areOneSubscription_andEachGetsEveryByteAndTheEnd(RedisServer redis)
      throws Exception {
    Certificate certificate = Certificate.make(directory, "ip:127.0.0.1");
    try (RunningNode node =
            RunningNode.overTls(certificate, Map.of("AETHERKEEP_REDIS_URL", redis.url()));
        ForeignClient foreign = redis.foreign(0)) {
      assertEquals(201, node.put(PATH, "", "Content-Type", "text/plain").statusCode());
      HttpClient client =
          vertx.createHttpClient(
              new HttpClientOptions()
                  .setProtocolVersion(HttpVersion.HTTP_2)
                  .setSsl(true)
                  .setUseAlpn(true)
                  .setTrustOptions(
                      new PemTrustOptions().addCertPath(certificate.chain().toString()))
                  .setHttp2MultiplexingLimit(A_CONNECTION),
              new PoolOptions().setHttp2MaxSize(FOLLOWERS / A_CONNECTION + 10));
      URI url = URI.create(node.url());
      List<Follower> followers = new ArrayList<>();
      while (followers.size() < FOLLOWERS) {
        List<Future<?>> begun = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
          Follower follower = new Follower();
          followers.add(follower);
          begun.add(follower.follow(client, url));
        }
        await(Future.all(begun));
      }
      assertEquals("[" + CHANNEL + ", 1]", foreign.text("PUBSUB", "NUMSUB", CHANNEL));
      assertEquals(204, node.post(PATH, "one", "Content-Type", "text/plain").statusCode());
      assertEquals(204, node.post(PATH, "two", "Content-Type", "text/plain").statusCode());
      node.post(PATH, "", "Stream-Closed", "true");
      await(Future.all(followers.stream().map(follower -> follower.ended.future()).toList()));
      assertEquals(
          FOLLOWERS, followers.stream().filter(each -> each.text().equals("onetwo")).count());
    } finally {
      await(vertx.close());
    }
  }

  private static final class Follower {

    private final Buffer events = Buffer.buffer();
    private final Promise<Void> begun = Promise.promise();
    private final Promise<Void> ended = Promise.promise();

    /** Follows the stream; completes with its first event. */
    Future<Void> follow(HttpClient client, URI url) {
      begin(client, url);
      return begun.future();
    }

    private void begin(HttpClient client, URI url) {
      client
          .request(HttpMethod.GET, url.getPort(), url.getHost(), PATH + "?offset=-1&live=sse")
          // On the event loop: what arrives before there is a handler is dropped.
          .compose(request -> request.send().onSuccess(response -> read(client, url, response)))
          .onFailure(begun::tryFail);
    }

    private void read(HttpClient client, URI url, HttpClientResponse response) {
      if (response.statusCode() == 503) {
        // Refused with Retry-After.
        begin(client, url);
        return;
      }
      response.handler(
          chunk -> {
            events.appendBuffer(chunk);
            begun.tryComplete();
          });
      response.endHandler(end -> ended.tryComplete());
      response.exceptionHandler(ended::tryFail);
    }

    String text() {
      StringBuilder text = new StringBuilder();
      events
          .toString()
          .lines()
          .filter(line -> line.startsWith("data:") && !line.startsWith("data:{"))
          .forEach(line -> text.append(line.substring("data:".length())));
      return text.toString();
    }
  }
}
