package io.aetherkeep.bench;

import io.aetherkeep.bench.baseline.BareAppends;
import io.aetherkeep.bench.baseline.BareServer;
import io.aetherkeep.bench.baseline.BareSockets;
import io.aetherkeep.bench.baseline.BareStreams;
import io.aetherkeep.bench.baseline.BareWrites;
import io.aetherkeep.bench.baseline.ConstantServer;
import io.aetherkeep.bench.bus.BusHop;
import io.aetherkeep.bench.capacity.Capacity;
import io.aetherkeep.bench.http.CachedGet;
import io.aetherkeep.bench.http.HistoryAppend;
import io.aetherkeep.bench.http.Overload;
import io.aetherkeep.bench.http.Peers;
import io.aetherkeep.bench.http.Progress;
import io.aetherkeep.bench.http.SessionRead;
import io.aetherkeep.bench.http.SessionWrites;
import io.aetherkeep.bench.socket.SocketFanout;
import io.aetherkeep.bench.socket.SocketIdle;
import io.aetherkeep.bench.socket.StatusFanout;
import io.aetherkeep.bench.stream.StreamBench;
import java.util.List;

/** Main class of the benchmarks: runs one comparison by its name. */
public final class Benchmarks {

  private static final String HELP =
      """
      usage: java -jar bench.jar COMPARISON
        cached-get   a cached GET beside a bare Vert.x handler that does the same GET
        near-hit     a GET out of memory beside a Vert.x router that answers a constant
        peers        a GET out of memory beside Spring Boot and Fastify services on Redis
        session-read a session with sliding lifetime beside a bare handler that does one GETEX
        cluster      a cached GET and a session read on three masters beside one server
        capacity     what sessions, reads and appends cost, and how ten million sessions are spread
        patch        a PATCH of a session beside a bare handler that runs one script
        play         a change of what a session plays beside a bare handler that runs one script
        history      an append to a transcript of 10,000 messages beside one to an empty one
        status-fanout one change to 5,000 who follow a status beside a bare handler with as many
        overload     twice what a node can do: the latency of what it takes, with shedding and without
        socket-idle  what an idle WebSocket takes, beside a bare handler and Node's ws
        socket-fanout one change to 5,000 sockets beside a bare handler and Node's ws
        progress     positions of 1,000 sessions that play: how many, for how many Redis commands
        stream       appends to streams, the last of 1,000 followers, a token's way: beside a bare handler
                     and the reference server; stream appends, stream followers, stream tokens for one
        bus-hop      an ask to the same event loop and to another, beside a method call
      """;

  private Benchmarks() {}

  public static void main(String[] arguments) throws Exception {
    List<String> words = List.of(arguments);
    switch (words.isEmpty() ? "" : words.get(0)) {
      case "cached-get" -> System.exit(CachedGet.run(words.subList(1, words.size())) ? 0 : 1);
      case "near-hit" -> System.exit(CachedGet.near(words.subList(1, words.size())) ? 0 : 1);
      case "peers" -> System.exit(Peers.run(words.subList(1, words.size())) ? 0 : 1);
      case "session-read" -> System.exit(SessionRead.run(words.subList(1, words.size())) ? 0 : 1);
      case "cluster" -> {
        List<String> rest = words.subList(1, words.size());
        boolean cached = CachedGet.onCluster(rest);
        System.exit(SessionRead.onCluster(rest) && cached ? 0 : 1);
      }
      case "capacity" -> Capacity.run(words.subList(1, words.size()));
      case "patch" -> System.exit(SessionWrites.patch(words.subList(1, words.size())) ? 0 : 1);
      case "play" -> System.exit(SessionWrites.play(words.subList(1, words.size())) ? 0 : 1);
      case "bare-writes" -> BareWrites.run(words.get(1));
      case "history" -> HistoryAppend.run(words.subList(1, words.size()));
      case "status-fanout" -> System.exit(StatusFanout.run(words.subList(1, words.size())) ? 0 : 1);
      case "socket-idle" -> System.exit(SocketIdle.run(words.subList(1, words.size())) ? 0 : 1);
      case "socket-fanout" -> System.exit(SocketFanout.run(words.subList(1, words.size())) ? 0 : 1);
      case "bare-sockets" -> BareSockets.run();
      case "stream" -> System.exit(StreamBench.run(words.subList(1, words.size())) ? 0 : 1);
      case "bare-appends" -> BareAppends.run();
      case "bare-streams" -> BareStreams.run();
      case "overload" -> Overload.run(words.subList(1, words.size()));
      case "progress" -> Progress.run(words.subList(1, words.size()));
      case "bus-hop" -> BusHop.run();
      case "constant-server" -> ConstantServer.run(CachedGet.VALUE);
      case "bare-server" -> BareServer.run(words.get(1));
      default -> System.out.print(HELP);
    }
  }
}
