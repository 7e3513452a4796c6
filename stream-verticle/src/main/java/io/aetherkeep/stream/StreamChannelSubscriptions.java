package io.aetherkeep.stream;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.StreamFollowAsks.FollowStream;
import io.aetherkeep.catalogue.StreamFollowAsks.FollowedStream;
import io.aetherkeep.catalogue.StreamFollowAsks.StreamFollowed;
import io.aetherkeep.catalogue.StreamFollowAsks.StreamHeard;
import io.aetherkeep.catalogue.StreamFollowAsks.UnfollowStream;
import io.aetherkeep.document.Octets;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.subscription.RedisSubscriptions.Listener;
import io.aetherkeep.stream.store.Offset;
import io.aetherkeep.stream.store.StreamKeys;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Redis subscriptions of a node to the channels of followed streams: one per stream, for all its
 * followers on all event loops.
 */
final class StreamChannelSubscriptions {

  private final Bus bus;
  private final RedisAccess redis;
  private final PerSpace<StreamKeys> keys;
  private final Map<Name, Followed> followed = new HashMap<>();

  private record Name(String space, String path) {}

  StreamChannelSubscriptions(Bus bus, RedisAccess redis) {
    this.bus = bus;
    this.redis = redis;
    this.keys =
        PerSpace.each(redis.spaces(), space -> new StreamKeys(space, redis.database(space)));
  }

  /** Redis subscription to one stream's channel, with the number of its followers. */
  private final class Followed implements Listener {

    private final Name name;
    private int followers;

    Followed(Name name, StreamKeys keys) {
      this.name = name;
      redis
          .subscriptions(keys.space())
          .subscribe(keys.channel(name.path), this)
          .onSuccess(hearing -> missed());
    }

    @Override
    public void message(Buffer body) {
      bus.signal(parse(name.space, name.path, body));
    }

    @Override
    public void missed() {
      bus.signal(new StreamFollowed(name.space, name.path));
    }
  }

  /** Subscribes to a stream's channel; does not wait for Redis. */
  synchronized Future<FollowedStream> follow(FollowStream ask) {
    Name name = new Name(ask.space(), ask.path());
    Followed entry = followed.get(name);
    if (entry == null) {
      entry = new Followed(name, keys.of(name.space()));
      followed.put(name, entry);
    }
    entry.followers++;
    return Future.succeededFuture(new FollowedStream(true));
  }

  synchronized Future<FollowedStream> unfollow(UnfollowStream ask) {
    Name name = new Name(ask.space(), ask.path());
    Followed entry = followed.get(name);
    if (entry != null && --entry.followers == 0) {
      followed.remove(name);
      StreamKeys of = keys.of(name.space());
      redis.subscriptions(of.space()).unsubscribe(of.channel(name.path), entry);
    }
    return Future.succeededFuture(new FollowedStream(followed.containsKey(name)));
  }

  /** The followed streams of a space on this node, sorted. */
  synchronized List<String> paths(String space) {
    String known = keys.of(space).space().name();
    return followed.keySet().stream()
        .filter(name -> name.space.equals(known))
        .map(Name::path)
        .sorted()
        .toList();
  }

  /** Parses a notice: a line of words, a line with the reason of a stop, the bytes. */
  private static StreamHeard parse(String space, String path, Buffer message) {
    int first = end(message, 0);
    int second = end(message, first + 1);
    String[] words = text(message, 0, first).split(" ", -1);
    if (words[0].equals("deleted")) {
      return new StreamHeard(space, path, "", "", null, true, true, null, null);
    }
    long from = Long.parseLong(words[0]);
    Offset next = new Offset(Long.parseLong(words[2]), Long.parseLong(words[1]));
    String stopped = text(message, first + 1, second);
    boolean inline = words[5].equals("inline");
    return new StreamHeard(
        space,
        path,
        new Offset(next.epoch(), from).toString(),
        next.toString(),
        inline ? Octets.of(message.slice(second + 1, message.length())) : null,
        words[3].equals("1"),
        false,
        stopped.isEmpty() ? null : stopped,
        words[4].equals("1") ? true : null);
  }

  private static int end(Buffer message, int from) {
    int at = from;
    while (message.getByte(at) != '\n') {
      at++;
    }
    return at;
  }

  private static String text(Buffer message, int from, int to) {
    return message.getString(from, to, StandardCharsets.UTF_8.name());
  }
}
