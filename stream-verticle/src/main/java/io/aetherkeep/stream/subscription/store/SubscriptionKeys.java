package io.aetherkeep.stream.subscription.store;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.redis.script.RedisTime;
import java.util.List;

/** Keys of a space's subscriptions. All keys of a subscription are in one slot. */
public record SubscriptionKeys(Space space, int database) {

  /** The hash, the links, the pending paths and the explicit paths of a subscription. */
  List<String> of(String id) {
    if (id.indexOf('{') >= 0 || id.indexOf('}') >= 0) {
      throw Failure.of(
          Code.INVALID_ID, "The id contains a brace, which Redis Cluster reads as a tag");
    }
    String own = space.prefix() + Keyspaces.SUBSCRIPTIONS.key(id).text();
    return List.of(
        own,
        space.prefix() + Keyspaces.SUBSCRIPTION_LINKS.pattern().around(own),
        space.prefix() + Keyspaces.SUBSCRIPTION_PENDING.pattern().around(own),
        space.prefix() + Keyspaces.SUBSCRIPTION_EXPLICIT.pattern().around(own));
  }

  /** Starts a call of a script that begins with {@code subscription.lua}. */
  RedisScript.Call call(String id) {
    RedisScript.Call call = RedisScript.call();
    of(id).forEach(call::key);
    return call.arg(RedisTime.SERVER);
  }

  /** All subscriptions of the space, by the time of their next sweep. */
  public String due() {
    return space.prefix() + Keyspaces.SUBSCRIPTIONS_DUE.key().text();
  }

  /** The secrets of signatures and tokens. */
  String secrets() {
    return space.prefix() + Keyspaces.WAKE_KEYS.key().text();
  }

  /** Channel of changes to subscriptions; its name has the database's number. */
  public String channel() {
    return space.prefix() + "changes:subscriptions:" + database;
  }
}
