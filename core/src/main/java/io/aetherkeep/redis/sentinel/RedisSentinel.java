package io.aetherkeep.redis.sentinel;

import io.aetherkeep.redis.discovery.RedisQuestions;
import io.aetherkeep.redis.subscription.RedisNodeSubscriptions;
import io.aetherkeep.redis.subscription.RedisSubscriptions;
import io.aetherkeep.redis.target.RedisAddress;
import io.aetherkeep.redis.target.RedisTarget;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;

/**
 * Client of one Sentinel: one connection for questions, and one for messages about a new master.
 *
 * <p>A message only triggers a question, because messages can be lost and have no epoch.
 */
final class RedisSentinel {

  /**
   * Channels of failovers: the leading Sentinel publishes the promotion first, all publish its end.
   */
  private static final List<String> NEWS = List.of("+switch-master", "+promoted-slave");

  private final String group;
  private final RedisQuestions questions;
  private final RedisNodeSubscriptions channels;
  private final Runnable news;

  RedisSentinel(Vertx vertx, String group, RedisTarget target, Runnable news) {
    this.group = group;
    this.news = news;
    this.questions = new RedisQuestions(vertx, target, "sentinel", news);
    this.channels = new RedisNodeSubscriptions(vertx, target, null, "sentinel-news");
  }

  /** Completes after the first attempt to connect; further attempts follow until one succeeds. */
  Future<?> open() {
    NEWS.forEach(channel -> channels.subscribe(channel, new NewsListener()));
    return Future.join(questions.open(), channels.open());
  }

  Future<?> close() {
    return Future.join(questions.close(), channels.close());
  }

  /**
   * Asks for the master, with a timeout in milliseconds.
   *
   * <p>During a failover the address is the new one before the epoch is; a Sentinel answers both
   * questions without a change in between.
   */
  Future<SentinelAnswer> ask(long millis) {
    return questions.ask(
        millis,
        about("GET-MASTER-ADDR-BY-NAME"),
        about("MASTER"),
        (pair, fields) -> new SentinelAnswer(address(pair), epoch(fields)));
  }

  private Request about(String what) {
    return Request.cmd(Command.SENTINEL).arg(what).arg(group);
  }

  private static RedisAddress address(Response pair) {
    RedisAddress address =
        new RedisAddress(pair.get(0).toString(), Integer.parseInt(pair.get(1).toString()));
    if (!address.isSound()) {
      throw new IllegalStateException("it reports a master with an invalid host: " + address);
    }
    return address;
  }

  private static long epoch(Response fields) {
    for (int i = 0; i + 1 < fields.size(); i += 2) {
      if (fields.get(i).toString().equals("config-epoch")) {
        return Long.parseLong(fields.get(i + 1).toString());
      }
    }
    return 0;
  }

  /** Listener that triggers a question on each message, and on each gap in the messages. */
  private final class NewsListener implements RedisSubscriptions.Listener {

    @Override
    public void message(Buffer body) {
      news.run();
    }

    @Override
    public void missed() {
      news.run();
    }
  }
}
