package io.aetherkeep.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Sized;
import io.aetherkeep.document.Document;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks and events of the cache verticle on configurations. */
public final class ConfigAsks {

  private ConfigAsks() {}

  /** Reads a configuration; fails with {@code config-unknown} if it does not exist. */
  public record ReadConfig(String space, String name) implements Ask<Config> {

    public ReadConfig {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(name, "name");
    }
  }

  /**
   * A configuration with its version.
   *
   * @param staleSeconds how long ago the node read this value while Redis is unavailable, or how
   *     long ago it expired if the system of record does not answer; usually null
   */
  public record Config(
      String name,
      Document value,
      String version,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long staleSeconds) {}

  /**
   * Lists the configurations of a space, also those that other services wrote, in pages; from the
   * system of record if the space has one.
   *
   * @param limit approximate size of a page
   */
  public record ListConfigs(String space, @Nullable String cursor, @Nullable Integer limit)
      implements Ask<ConfigList> {

    public ListConfigs {
      Objects.requireNonNull(space, "space");
    }
  }

  /**
   * A page of configurations, by name.
   *
   * @param next cursor of the next page; null on the last
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record ConfigList(List<ConfigRow> items, @Nullable String next) {

    public ConfigList {
      items = List.copyOf(items);
    }
  }

  /**
   * A configuration in a list.
   *
   * @param version its entity tag; null if it is unreadable
   * @param number version number; null if another service wrote it and it was never recorded
   * @param updatedAt when it was written; null if another service wrote it
   * @param claimedBy person on whose behalf the author said to act; not verified
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record ConfigRow(
      String name,
      @Nullable String version,
      @Nullable Long number,
      @Nullable String updatedAt,
      String by,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String claimedBy) {}

  /**
   * Writes a configuration; a known one must match its schema.
   *
   * @param ifVersion overwrites only this version, or any existing one if it is {@code *}
   * @param ifAbsent writes only if none exists
   * @param by author for the history: the name of the credential, if one was required
   * @param claimedBy person on whose behalf the author says to act; not verified
   */
  public record WriteConfig(
      String space,
      String name,
      Document value,
      @Nullable String ifVersion,
      boolean ifAbsent,
      @Nullable String by,
      @Nullable String claimedBy)
      implements Ask<ConfigWritten> {

    public WriteConfig {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(value, "value");
    }
  }

  /** The new version with its number, and whether none existed before. */
  public record ConfigWritten(String version, long number, boolean created) {}

  /**
   * Changes several configurations at once: all or none of them, under one version number.
   *
   * @param by author for the history: the name of the credential, if one was required
   * @param claimedBy person on whose behalf the author says to act; not verified
   */
  public record WriteConfigs(
      String space, List<ConfigWrite> configs, @Nullable String by, @Nullable String claimedBy)
      implements Ask<ConfigsWritten> {

    /** Maximum number of configurations. */
    public static final int MOST = 32;

    public WriteConfigs {
      Objects.requireNonNull(space, "space");
      configs = List.copyOf(configs);
    }
  }

  /**
   * One of several changes.
   *
   * @param value the new value; null with {@code remove}
   * @param ifVersion changes only this version, or any existing one if it is {@code *}
   * @param ifAbsent writes only if none exists
   */
  public record ConfigWrite(
      String name,
      @Nullable Document value,
      @Nullable Boolean remove,
      @Nullable String ifVersion,
      @Nullable Boolean ifAbsent) {

    public ConfigWrite {
      Objects.requireNonNull(name, "name");
    }
  }

  /**
   * Results of several changes, in the order of the changes.
   *
   * @param number version number that all changes share; 0 if there was nothing to remove
   */
  public record ConfigsWritten(long number, List<WrittenConfig> configs) {

    public ConfigsWritten {
      configs = List.copyOf(configs);
    }
  }

  /**
   * One of several changed configurations.
   *
   * @param version its entity tag; null if it was removed
   * @param created whether none existed before
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record WrittenConfig(String name, @Nullable String version, boolean created) {}

  /** Removes a configuration; with {@code ifVersion}, only that version. */
  public record RemoveConfig(
      String space,
      String name,
      @Nullable String ifVersion,
      @Nullable String by,
      @Nullable String claimedBy)
      implements Ask<ConfigRemoved> {

    public RemoveConfig {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(name, "name");
    }
  }

  /** Whether a configuration existed. */
  public record ConfigRemoved(boolean removed) {}

  /**
   * Lists the versions of a configuration, newest first.
   *
   * @param cursor {@code next} of the page before
   * @param limit maximum size of a page; large values make it shorter
   */
  public record ListConfigVersions(
      String space, String name, @Nullable String cursor, @Nullable Integer limit)
      implements Ask<ConfigVersions> {

    public ListConfigVersions {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(name, "name");
    }
  }

  /**
   * A page of versions.
   *
   * @param next cursor of the next page; null on the last
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record ConfigVersions(List<ConfigVersion> items, @Nullable String next) implements Sized {

    public ConfigVersions {
      items = List.copyOf(items);
    }

    @Override
    public int documentBytes() {
      return items.stream().mapToInt(item -> item.diff().length()).sum();
    }
  }

  /**
   * One version.
   *
   * @param claimedBy person on whose behalf the author said to act; not verified
   * @param version entity tag of the value; null if this version removed it
   * @param diff what was added, replaced and removed, by JSON pointer; {@code unknown} if the
   *     previous version is not known
   */
  public record ConfigVersion(
      long number,
      String at,
      String by,
      @Nullable String claimedBy,
      @Nullable String version,
      Document diff) {}

  /** Writes the value of an earlier version as a new version. */
  public record RollbackConfig(
      String space, String name, long number, @Nullable String by, @Nullable String claimedBy)
      implements Ask<ConfigWritten> {

    public RollbackConfig {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(name, "name");
    }
  }

  /**
   * A configuration has changed, no matter which service changed it; each node publishes it
   * locally.
   *
   * @param version null if it was removed
   * @param number version number; null if unknown, such as after a change by another service
   */
  public record ConfigChanged(
      String space, String name, @Nullable String version, @Nullable Long number) implements Event {

    public ConfigChanged {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(name, "name");
    }
  }
}
