package io.aetherkeep.session.store;

import io.aetherkeep.document.Document;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.session.layout.RedisSessionKeys;
import io.aetherkeep.session.layout.SessionBody;
import io.aetherkeep.session.layout.StoredSession;
import io.vertx.redis.client.Response;

/** Redis form of a session's body: how strings and hashes differ. */
interface RedisSessionForm {

  /** The name of the Redis type. */
  String type();

  RedisScript read();

  /** Parses the body from a script's reply; the facts follow it. */
  SessionBody body(Response stored);

  /** The size of a stored value in bytes. */
  int bytes(Response stored);

  RedisScript swap();

  /** Whether a plain command reads it as a whole. */
  boolean isPlain();

  /** Adds the value to store, with a history where sessions of this system have one. */
  void addValue(RedisScript.Call call, SessionBody body, Document history);

  void addChange(
      RedisScript.Call call,
      StoredSession seen,
      SessionBody body,
      boolean whole,
      RedisSessionKeys.Sliding lifetime,
      String number);
}
