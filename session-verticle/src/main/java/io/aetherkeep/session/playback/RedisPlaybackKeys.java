package io.aetherkeep.session.playback;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.script.RedisScript;
import java.util.List;

/** Keys of playback and of listeners in a space, each group in one slot. */
public final class RedisPlaybackKeys {

  private final String prefix;
  private final Space space;

  public RedisPlaybackKeys(Space space) {
    this.prefix = space.prefix();
    this.space = space;
  }

  long lifetimeMillis() {
    return space.lifetime(Keyspaces.PLAYBACKS).length().toMillis();
  }

  private String key(Keyspace<?> keyspace, String id) {
    return prefix + keyspace.key(id).text();
  }

  private String key(Keyspace<?> keyspace) {
    return prefix + keyspace.key().text();
  }

  private String beside(Keyspace<?> keyspace, String key) {
    return prefix + keyspace.pattern().around(key);
  }

  String playback(String id) {
    return key(Keyspaces.PLAYBACKS, id);
  }

  String connections(String id) {
    return beside(Keyspaces.PLAYBACK_SOCKETS, playback(id));
  }

  /** All keys of a session's playback, whether they exist or not. */
  public List<String> all(String id) {
    return List.of(playback(id), connections(id));
  }

  String due() {
    return key(Keyspaces.PLAYBACKS_DUE);
  }

  String listeners(String podcast) {
    return key(Keyspaces.LISTENERS, podcast);
  }

  String users(String podcast) {
    return beside(Keyspaces.LISTENER_USERS, listeners(podcast));
  }

  String leases(String podcast) {
    return beside(Keyspaces.LISTENER_LEASES, listeners(podcast));
  }

  String audience(String podcast) {
    return beside(Keyspaces.AUDIENCES, listeners(podcast));
  }

  String mostHeard() {
    return key(Keyspaces.MOST_HEARD);
  }

  String audiencesDue() {
    return key(Keyspaces.AUDIENCES_DUE);
  }

  String streams(String user) {
    return key(Keyspaces.USER_STREAMS, user);
  }

  String turns(String user) {
    return key(Keyspaces.USER_TURNS, user);
  }

  public String ticket(String hash) {
    return key(Keyspaces.TICKETS, hash);
  }

  RedisScript.Call onPlayback(String id) {
    return RedisScript.call().key(playback(id)).key(connections(id));
  }

  RedisScript.Call onListeners(String podcast) {
    return RedisScript.call()
        .key(listeners(podcast))
        .key(users(podcast))
        .key(leases(podcast))
        .key(audience(podcast));
  }
}
