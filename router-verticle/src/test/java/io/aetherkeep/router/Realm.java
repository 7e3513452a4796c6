package io.aetherkeep.router;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.CacheAsks.ReadEntry;
import io.aetherkeep.catalogue.CacheAsks.Source;
import io.aetherkeep.catalogue.ConfigAsks.ReadConfig;
import io.aetherkeep.catalogue.HistoryAsks.FollowHistory;
import io.aetherkeep.catalogue.HistoryAsks.HistoryFollowed;
import io.aetherkeep.catalogue.ListenerAsks.Listeners;
import io.aetherkeep.catalogue.ListenerAsks.Presence;
import io.aetherkeep.catalogue.ListenerAsks.ReadListeners;
import io.aetherkeep.catalogue.ListenerAsks.ReadPresence;
import io.aetherkeep.catalogue.PlaybackAsks.Connected;
import io.aetherkeep.catalogue.PlaybackAsks.JoinSession;
import io.aetherkeep.catalogue.PlaybackAsks.KeepConnections;
import io.aetherkeep.catalogue.PlaybackAsks.Kept;
import io.aetherkeep.catalogue.PlaybackAsks.LeaveSession;
import io.aetherkeep.catalogue.PlaybackAsks.Left;
import io.aetherkeep.catalogue.PlaybackAsks.Playback;
import io.aetherkeep.catalogue.PlaybackAsks.ReadPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.ReportPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.Reported;
import io.aetherkeep.catalogue.PlaybackAsks.State;
import io.aetherkeep.catalogue.ProviderAsks;
import io.aetherkeep.catalogue.ProviderAsks.ListProviders;
import io.aetherkeep.catalogue.ProviderAsks.ProviderHealth;
import io.aetherkeep.catalogue.ProviderAsks.ProviderList;
import io.aetherkeep.catalogue.ProviderAsks.ReadProvider;
import io.aetherkeep.catalogue.SessionAsks.ReadSession;
import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.catalogue.SessionListAsks.ListUserSessions;
import io.aetherkeep.catalogue.SessionListAsks.SessionList;
import io.aetherkeep.catalogue.StatusAsks.FollowStatus;
import io.aetherkeep.catalogue.StatusAsks.Followed;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.catalogue.StatusAsks.StatusNotice;
import io.aetherkeep.catalogue.StatusListAsks.ListStatuses;
import io.aetherkeep.catalogue.StatusListAsks.StatusPage;
import io.aetherkeep.catalogue.TicketAsks.RedeemTicket;
import io.aetherkeep.catalogue.TicketAsks.Redeemed;
import io.aetherkeep.document.Document;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Verticle with sessions, playbacks and statuses in memory, for all tests of a class. A session
 * exists once it was named.
 */
final class Realm extends VerticleBase {

  private final Bus bus;
  final Set<String> sessions = ConcurrentHashMap.newKeySet();
  final Map<String, String> tickets = new ConcurrentHashMap<>();

  /** Credentials with which tickets were issued. */
  final Map<String, String> credentials = new ConcurrentHashMap<>();

  /** Statuses that were requested. */
  final Set<String> followed = ConcurrentHashMap.newKeySet();

  /** Sessions that were read without using them, ask by ask. */
  final Queue<String> peeked = new ConcurrentLinkedQueue<>();

  /** Sessions whose sockets were renewed, ask by ask. */
  final Queue<List<String>> renewed = new ConcurrentLinkedQueue<>();

  /** Delay of the renewals. */
  volatile Future<Void> renewal = Future.succeededFuture();

  /** Connections that have joined a session, ask by ask. */
  final Queue<String> joined = new ConcurrentLinkedQueue<>();

  /** Delay of the answers to tickets. */
  volatile Future<Void> redemption = Future.succeededFuture();

  final Set<String> connections = ConcurrentHashMap.newKeySet();
  final Map<String, Playback> playbacks = new ConcurrentHashMap<>();
  final Map<String, Long> listeners = new ConcurrentHashMap<>();

  /** The only message of a history, by its session. */
  final Map<String, Document> histories = new ConcurrentHashMap<>();

  /** Cache entries of any keyspace, by their ids. */
  final Map<List<String>, Document> entries = new ConcurrentHashMap<>();

  private final Map<String, List<Status>> feeds = new ConcurrentHashMap<>();
  volatile boolean redisIsAway;

  /** Whether positions are answered from memory while Redis is away. */
  volatile boolean remembersPositions;

  volatile int version = 1;

  /** Remaining lifetime of all sessions, which decreases with each read. */
  final AtomicLong lifetime = new AtomicLong(1800);

  /** Age of the providers' data in seconds, which increases with each read. */
  final AtomicLong providersAge = new AtomicLong();

  volatile String providersReason = "";

  Realm(Bus bus) {
    this.bus = bus;
  }

  @Override
  public Future<?> start() {
    return Future.all(
        List.of(
            bus.answer(ReadSession.class, this::read),
            bus.answer(JoinSession.class, this::join),
            bus.answer(LeaveSession.class, this::leave),
            bus.answer(KeepConnections.class, this::keep),
            bus.answer(RedeemTicket.class, this::redeem),
            bus.answer(ReportPlayback.class, this::report),
            bus.answer(ReadPlayback.class, ask -> Future.succeededFuture(playback(ask.session()))),
            bus.answer(ReadListeners.class, this::count),
            bus.answer(ReadConfig.class, ask -> unknown(Code.CONFIG_UNKNOWN)),
            bus.answer(ReadProvider.class, ask -> unknown(Code.PROVIDER_UNKNOWN)),
            bus.answer(
                ListProviders.class,
                ask -> Future.succeededFuture(new ProviderList(List.of(provider()), null))),
            bus.answer(
                ListStatuses.class, ask -> Future.succeededFuture(new StatusPage(List.of(), null))),
            bus.answer(FollowHistory.class, this::follow),
            bus.answer(
                ListUserSessions.class,
                ask -> Future.succeededFuture(new SessionList(List.of(), null))),
            bus.answer(
                ReadPresence.class,
                ask -> Future.succeededFuture(new Presence(ask.podcast(), List.of(), null))),
            bus.answer(ReadEntry.class, this::entry),
            bus.answer(FollowStatus.class, this::follow)));
  }

  private ProviderHealth provider() {
    return new ProviderHealth(
        "openai",
        ProviderAsks.Status.HEALTHY,
        1,
        5,
        null,
        null,
        1,
        0,
        5L,
        5L,
        5L,
        null,
        providersReason,
        false,
        null,
        false,
        providersAge.incrementAndGet());
  }

  private static <T> Future<T> unknown(Code code) {
    return Future.failedFuture(Failure.of(code, "There is none"));
  }

  private <T> Future<T> away() {
    return unknown(Code.REDIS_UNAVAILABLE);
  }

  private Future<Session> read(ReadSession ask) {
    if (Boolean.FALSE.equals(ask.touch())) {
      peeked.add(ask.id());
    }
    if (redisIsAway) {
      return away();
    }
    return sessions.contains(ask.id())
        ? Future.succeededFuture(
            new Session(
                ask.id(),
                ask.space(),
                null,
                null,
                null,
                lifetime.decrementAndGet(),
                "" + version,
                Document.of("{}")))
        : unknown(Code.SESSION_UNKNOWN);
  }

  private Future<Playback> join(JoinSession ask) {
    joined.add(ask.connection());
    if (redisIsAway) {
      return away();
    }
    if (!sessions.contains(ask.session())) {
      return unknown(Code.SESSION_UNKNOWN);
    }
    connections.add(ask.connection());
    return Future.succeededFuture(playback(ask.session()));
  }

  private Future<Left> leave(LeaveSession ask) {
    connections.remove(ask.connection());
    return Future.succeededFuture(new Left());
  }

  private Future<Kept> keep(KeepConnections ask) {
    renewed.add(ask.connections().stream().map(Connected::session).toList());
    List<Connected> gone =
        ask.connections().stream().filter(one -> !sessions.contains(one.session())).toList();
    return renewal.map(
        now -> {
          ask.connections().forEach(one -> connections.add(one.connection()));
          return new Kept(ask.connections().size() - gone.size(), gone);
        });
  }

  private Future<Redeemed> redeem(RedeemTicket ask) {
    String session = tickets.remove(ask.ticket());
    return session == null
        ? unknown(Code.TICKET_UNKNOWN)
        : redemption.map(
            now -> new Redeemed(session.isEmpty() ? null : session, credentials.get(ask.ticket())));
  }

  private Playback playback(String session) {
    return playbacks.getOrDefault(
        session, new Playback(session, null, State.STOPPED, 0, 1, null, 0, 1, null));
  }

  private Future<Reported> report(ReportPlayback ask) {
    boolean position = ask.state() == null && ask.rate() == null;
    if (redisIsAway && !(position && remembersPositions)) {
      return away();
    }
    Playback old = playback(ask.session());
    long seq = ask.seq() == null ? old.seq() + 1 : ask.seq();
    if (seq <= old.seq()) {
      return Future.succeededFuture(new Reported(old, true));
    }
    Playback now =
        new Playback(
            ask.session(),
            ask.podcast() == null ? old.podcastId() : ask.podcast(),
            ask.state() == null ? old.state() : ask.state(),
            ask.positionMs() == null ? old.positionMs() : ask.positionMs(),
            ask.rate() == null ? old.rate() : ask.rate(),
            null,
            seq,
            1,
            null);
    playbacks.put(ask.session(), now);
    return Future.succeededFuture(new Reported(now, false));
  }

  private Future<HistoryFollowed> follow(FollowHistory ask) {
    Document message = histories.get(ask.id());
    if (message == null) {
      return unknown(Code.SESSION_UNKNOWN);
    }
    boolean read = "1".equals(ask.after());
    List<Document> messages = read ? List.of() : List.of(message);
    return Future.succeededFuture(new HistoryFollowed(messages, "1", "1", read, false));
  }

  private Future<Entry> entry(ReadEntry ask) {
    Document value = entries.get(ask.ids());
    return value == null
        ? unknown(Code.ENTRY_UNKNOWN)
        : Future.succeededFuture(new Entry(value, 0, 60, Source.REDIS, null));
  }

  private Future<Listeners> count(ReadListeners ask) {
    long now = listeners.getOrDefault(ask.podcast(), 0L);
    return Future.succeededFuture(new Listeners(ask.podcast(), now, now, now));
  }

  /** Writes a status, with or without an event. */
  void put(String id, String json, boolean received) {
    List<Status> feed = feeds.computeIfAbsent(id, first -> new ArrayList<>());
    synchronized (feed) {
      String previous = feed.isEmpty() ? null : feed.get(feed.size() - 1).offset();
      Status status =
          new Status(
              "aethercast",
              "crawl",
              id,
              Document.of(json),
              false,
              1,
              (feed.size() + 1) + "-0",
              previous,
              "2026-11-21T00:00:00Z",
              null,
              null,
              null,
              null,
              null,
              null);
      feed.add(status);
      if (received) {
        bus.signal(new StatusNotice(status));
      }
    }
  }

  private Future<Followed> follow(FollowStatus ask) {
    followed.add(ask.id());
    List<Status> feed = feeds.get(ask.id());
    if (feed == null) {
      return unknown(Code.STATUS_UNKNOWN);
    }
    synchronized (feed) {
      Map<String, Integer> places = new LinkedHashMap<>();
      feed.forEach(status -> places.put(status.offset(), places.size()));
      Integer place = ask.after() == null ? null : places.get(ask.after());
      List<Status> last = List.of(feed.get(feed.size() - 1));
      return Future.succeededFuture(
          place == null
              ? new Followed(last, ask.after() == null)
              : new Followed(feed.subList(place + 1, feed.size()), true));
    }
  }
}
