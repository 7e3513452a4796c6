package io.aetherkeep.redis.subscription;

import io.vertx.core.Future;
import java.util.List;

/** Hears from Redis which keys somebody changed, whoever it was. */
public interface RedisTracking {

  /** Who keeps copies. */
  public interface Listener {

    /** From now on every change is told; what changed before was not. */
    void armed();

    /** Changes are not told for a while. */
    void lost();

    /** This Redis does not tell of changes at all. */
    default void unsupported() {}

    /** A key was written, removed, expired or given another lifetime. */
    void changed(String key);

    /** Everything may be another now. */
    void flushed();
  }

  /** Answers when it was tried once; it is tried again for ever. */
  Future<Void> open();

  Future<Void> close();

  /** Has the next change of each of these keys told, soon, whether they are there or not. */
  void watch(List<String> keys);
}
