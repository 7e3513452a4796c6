package io.aetherkeep.router.realtime;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.PlaybackAsks.Connected;
import io.aetherkeep.catalogue.PlaybackAsks.KeepConnections;
import io.aetherkeep.catalogue.SessionAsks.ReadSession;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Renewal of the leases of an event loop's sockets, and of the lifetimes of their sessions. Each
 * second renews a share of the sessions, because all at once would delay other work.
 */
final class SocketLeases {

  private static final int BATCH = 500;

  private final Bus bus;
  private final Sockets sockets;
  private final Duration every;
  private final int shares;
  private int share;

  SocketLeases(Bus bus, Sockets sockets, Duration every) {
    this.bus = bus;
    this.sockets = sockets;
    this.every = every;
    this.shares = (int) Math.max(1, every.toSeconds());
  }

  void start(Vertx vertx) {
    vertx.setPeriodic(Math.max(1, every.toMillis() / shares), id -> renew());
  }

  private void renew() {
    share = (share + 1) % shares;
    Map<String, List<Socket>> bySpace = new HashMap<>();
    for (Socket socket : sockets.all()) {
      String session = socket.session();
      if (socket.state() == Socket.State.OPEN && session != null && isOfShare(session)) {
        bySpace.computeIfAbsent(socket.space(), first -> new ArrayList<>()).add(socket);
        if (socket.wasUsed()) {
          bus.ask(new ReadSession(socket.space(), session, true, null))
              .onFailure(thrown -> lost(socket.space(), session, thrown));
        }
      }
    }
    bySpace.forEach(this::renew);
  }

  /** Whether a session, and so all its sockets, belongs to the current share. */
  private boolean isOfShare(String session) {
    return Math.floorMod(session.hashCode(), shares) == share;
  }

  private void renew(String space, List<Socket> all) {
    for (int from = 0; from < all.size(); from += BATCH) {
      List<Socket> some = all.subList(from, Math.min(from + BATCH, all.size()));
      bus.ask(new KeepConnections(space, some.stream().map(SocketLeases::connected).toList()))
          // A socket that was closed meanwhile may have left before its lease was renewed.
          .onComplete(done -> some.stream().filter(Socket::isClosed).forEach(sockets::left))
          .onSuccess(kept -> sockets.closeUnknown(space, kept.gone()));
    }
  }

  private static Connected connected(Socket socket) {
    return new Connected(Objects.requireNonNull(socket.session()), socket.connection());
  }

  private void lost(String space, String session, Throwable why) {
    if (Failure.from(why).code() == Code.SESSION_UNKNOWN) {
      sockets.close(space, session, CloseCode.SESSION_UNKNOWN);
    }
  }
}
