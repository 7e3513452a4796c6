package io.aetherkeep.session.layout;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.script.RedisScript;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Keys of a space's sessions and of the keys stored with each session in the same slot. */
public final class RedisSessionKeys {

  private static final String SLIDE = "slide";
  private static final String KEEP = "keep";
  private static final String LIST = ":history";

  private final Keyspace<?> sessions;
  private final String prefix;
  private final boolean lists;
  private final Space space;

  public RedisSessionKeys(Space space) {
    this.sessions =
        switch (space.dialect()) {
          case COUNCIL -> Keyspaces.SESSIONS_COUNCIL;
          case CONTENT -> Keyspaces.SESSIONS_CONTENT;
          case AETHERCAST, ANY -> Keyspaces.SESSIONS_AETHERCAST;
        };
    this.prefix = space.prefix();
    this.lists = space.dialect() == Dialect.COUNCIL;
    this.space = space;
  }

  /** The current default lifetime; it can change while the node runs. */
  public Duration lifetime() {
    return space.lifetime(sessions).length();
  }

  /** The rule by which activity extends lifetimes. */
  public Sliding activity() {
    return new Sliding(lifetime(), space.dialect() == Dialect.CONTENT ? KEEP : SLIDE);
  }

  /**
   * Sliding expiry of a space's sessions.
   *
   * @param usual lifetime after activity, unless a session has its own
   * @param rule whether a session that another service opened keeps the lifetime that it was given
   */
  public record Sliding(Duration usual, String rule) {

    /** Adds the two arguments that lifetime.lua expects. */
    public RedisScript.Call addTo(RedisScript.Call call) {
      return call.arg(usual.toMillis()).arg(rule);
    }

    /** Whether activity leaves a session's lifetime unchanged. */
    public boolean isKept(StoredSession.Facts facts) {
      return rule.equals(KEEP) && facts.createdAt() == null;
    }
  }

  public String session(String id) {
    return prefix + sessions.key(id).text();
  }

  public String facts(String id) {
    return beside(Keyspaces.SESSION_FACTS, id);
  }

  public String tail(String id) {
    return beside(Keyspaces.SESSION_TAILS, id);
  }

  /** Whether histories may be lists in keys of their own. */
  public boolean haveLists() {
    return lists;
  }

  /** Key of the list in which newer proxies of the council store the history. */
  public String list(String id) {
    return session(id) + LIST;
  }

  /** Key of Aetherkeep's metadata of a list, in the list's slot of a cluster. */
  public String listFacts(String id) {
    return beside(Keyspaces.SESSION_FACTS, id + LIST);
  }

  /** Key of the idempotency keys of appends to a list, in the list's slot of a cluster. */
  public String listAppends(String id) {
    return beside(Keyspaces.SESSION_APPENDS, id + LIST);
  }

  public String appends(String id) {
    return beside(Keyspaces.SESSION_APPENDS, id);
  }

  public String ofUser(String user) {
    return prefix + Keyspaces.USER_SESSIONS.key(user).text();
  }

  public String order(String user) {
    return prefix + Keyspaces.USER_SESSION_ORDER.pattern().around(ofUser(user));
  }

  public String logout(String user) {
    return prefix + Keyspaces.USER_LOGOUTS.pattern().around(ofUser(user));
  }

  /** Starts a call on all keys of a user's index. */
  public RedisScript.Call onUser(String user) {
    return RedisScript.call().key(ofUser(user)).key(order(user)).key(logout(user));
  }

  public String live() {
    return prefix + Keyspaces.LIVE_SESSIONS.key().text();
  }

  public String ended() {
    return prefix + Keyspaces.ENDED_SESSIONS.key().text();
  }

  public String searches() {
    return prefix + Keyspaces.LOGOUT_SEARCHES.key().text();
  }

  public String pending() {
    return prefix + Keyspaces.HISTORIES_PENDING.key().text();
  }

  /**
   * Channel of session ends. Channels span databases, so its name contains the database's number.
   */
  public String ends(int database) {
    return prefix + "ends:session:" + database;
  }

  /** Beginning of the keys of all sessions, without the space's prefix. */
  public String beginning() {
    return sessions.pattern().beginning();
  }

  /** Parses a session's id from its key. */
  public Optional<String> idOf(String key) {
    return key.startsWith(prefix)
        ? sessions.pattern().parse(key.substring(prefix.length())).map(ids -> ids.get(0))
        : Optional.empty();
  }

  /** All keys of a session, whether they exist or not. */
  public List<String> all(String id) {
    List<String> all = new ArrayList<>(List.of(session(id), facts(id), tail(id), appends(id)));
    if (haveLists()) {
      all.addAll(List.of(list(id), listFacts(id), listAppends(id)));
    }
    return all;
  }

  /** All keys with which another service may bring a session back. */
  public List<String> written(String id) {
    return haveLists() ? List.of(session(id), list(id)) : List.of(session(id));
  }

  /** Parses the id from one of the keys of {@link #written}. */
  public Optional<String> idOfWritten(String key) {
    boolean list = haveLists() && key.endsWith(LIST);
    return idOf(list ? key.substring(0, key.length() - LIST.length()) : key);
  }

  private String beside(Keyspace<?> keyspace, String id) {
    return prefix + keyspace.pattern().around(session(id));
  }

  /** Starts a call on a session and its facts. */
  public RedisScript.Call onTwo(String id) {
    return RedisScript.call().key(session(id)).key(facts(id));
  }

  /** Starts a call on a session and all keys stored with it. */
  public RedisScript.Call onAll(String id) {
    return onTwo(id).key(tail(id)).key(appends(id));
  }
}
