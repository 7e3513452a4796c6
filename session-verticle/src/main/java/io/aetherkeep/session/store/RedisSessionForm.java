package io.aetherkeep.session.store;

import io.aetherkeep.document.Document;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.session.layout.RedisSessionKeys;
import io.aetherkeep.session.layout.SessionBody;
import io.aetherkeep.session.layout.StoredSession;
import io.vertx.redis.client.Response;

/** How a session's body is stored: what differs between strings and hashes. */
interface RedisSessionForm {

  /** The Redis type's name. */
  String type();

  RedisScript read();

  /** The body in what the script answered, the facts after it. */
  SessionBody body(Response stored);

  /** How many bytes a stored value has. */
  int bytes(Response stored);

  RedisScript swap();

  /** Whether a plain command reads it whole. */
  boolean isPlain();

  /** The value to store, with a history where its system's sessions have one. */
  void addValue(RedisScript.Call call, SessionBody body, Document history);

  void addChange(
      RedisScript.Call call,
      StoredSession seen,
      SessionBody body,
      boolean whole,
      RedisSessionKeys.Sliding lifetime,
      String number);
}
