package io.aetherkeep.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Sized;
import io.aetherkeep.document.Document;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the cache verticle answers and announces of configurations. */
public final class ConfigAsks {

  private ConfigAsks() {}

  /** Reads a configuration; fails with {@code config-unknown} where there is none. */
  public record ReadConfig(String space, String name) implements Ask<Config> {

    public ReadConfig {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(name, "name");
    }
  }

  /** A configuration, and what tells it from others. */
  public record Config(String name, Document value, String version) {}

  /**
   * Lists the configurations of a space, whoever wrote them, a page at a time; from its system of
   * record where it has one.
   *
   * @param limit about how many a page has
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
   * @param next the cursor of the next page, none with the last
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
   * @param version as its entity tag says it; none where it cannot be read
   * @param number of the version; none where another service wrote it and nobody counted it
   * @param updatedAt when it was written; none where another service wrote it
   * @param claimedBy who was said to be behind it, which nobody checked
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
   * Writes a configuration; the known names are held against their schemas.
   *
   * @param ifVersion writes only over this version, or over any where it is {@code *}
   * @param ifAbsent writes only where there is nothing
   * @param by who does it, for the record: the name of a credential, where one was asked for
   * @param claimedBy who is said to be behind it, which nobody checked
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

  /** What was written, its number, and whether there was nothing before. */
  public record ConfigWritten(String version, long number, boolean created) {}

  /** Removes a configuration; with {@code ifVersion} only that version. */
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

  /** Whether there was something to remove. */
  public record ConfigRemoved(boolean removed) {}

  /**
   * Lists what was done to a configuration, the newest first.
   *
   * @param cursor the {@code next} of the page before
   * @param limit how many a page has at most; it has fewer where values are large
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
   * What was done.
   *
   * @param next the cursor of the next page, none with the last
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
   * One change.
   *
   * @param claimedBy who was said to be behind it, which nobody checked
   * @param version of the value, as its entity tag says it; none where it was removed
   * @param diff what was added, replaced and removed, by its place; {@code unknown} where what was
   *     there before is not known any more
   */
  public record ConfigVersion(
      long number,
      String at,
      String by,
      @Nullable String claimedBy,
      @Nullable String version,
      Document diff) {}

  /** Writes what a configuration was at an earlier version, as a new one. */
  public record RollbackConfig(
      String space, String name, long number, @Nullable String by, @Nullable String claimedBy)
      implements Ask<ConfigWritten> {

    public RollbackConfig {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(name, "name");
    }
  }

  /**
   * A configuration is another now, whoever changed it; each node says so to itself.
   *
   * @param version none where it is gone
   */
  public record ConfigChanged(String space, String name, @Nullable String version)
      implements Event {

    public ConfigChanged {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(name, "name");
    }
  }
}
