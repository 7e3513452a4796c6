package io.aetherkeep.session;

import io.aetherkeep.keyspace.Document;
import io.aetherkeep.redis.RedisScript;
import io.vertx.redis.client.Response;

/** How a session's body is stored: what differs between strings and hashes. */
interface RedisSessionForm {

  /** The Redis type's name. */
  String type();

  RedisScript read();

  /** The body in what the script answered, the facts after it. */
  Body body(Response stored);

  /** How many bytes a stored value has. */
  int bytes(Response stored);

  RedisScript swap();

  /** Whether a plain command reads it whole. */
  boolean isPlain();

  /** The value to store, with a history where its system's sessions have one. */
  void addValue(RedisScript.Call call, Body body, Document history);

  void addChange(
      RedisScript.Call call,
      Found seen,
      Body body,
      boolean whole,
      RedisSessionKeys.Sliding lifetime,
      String number);
}
