package io.aetherkeep.launcher.settings;

import static java.time.Duration.ofMillis;

import io.aetherkeep.delivery.AddressPolicy;
import io.aetherkeep.stream.settings.StreamSettings;
import io.aetherkeep.stream.settings.StreamSettings.Bounds;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Reader of the settings of streams: common limits, and those of single spaces. */
final class StreamReading {

  private static final int LEAST = 1 << 10;
  private static final int MOST_STREAM = 1 << 30;
  private static final int MOST_APPEND = 16 << 20;

  private StreamReading() {}

  static StreamSettings of(
      SettingsReader reader, List<SpaceSettings> spaces, AddressPolicy addresses) {
    Bounds usual =
        new Bounds(
            reader.size("streams.max-stream-size", LEAST, MOST_STREAM),
            reader.size("streams.max-append-size", LEAST, MOST_APPEND),
            0,
            Duration.ZERO);
    return new StreamSettings(
        usual,
        spaces.stream()
            .map(placed -> placed.space().name())
            .collect(Collectors.toMap(name -> name, name -> bounds(name, reader, usual))),
        reader.duration("streams.sweep-every", ofMillis(10)),
        addresses);
  }

  private static Bounds bounds(String space, SettingsReader reader, Bounds usual) {
    String path = "spaces." + space + ".";
    int stream = reader.size(path + "max-stream-size", 0, MOST_STREAM);
    int append = reader.size(path + "max-append-size", 0, MOST_APPEND);
    int retained = reader.size(path + "retain-stream-size", 0, MOST_STREAM);
    Bounds bounds =
        new Bounds(
            stream == 0 ? usual.maxStreamBytes() : stream,
            append == 0 ? usual.maxAppendBytes() : append,
            retained,
            reader.duration(path + "retain-stream-for", Duration.ZERO));
    requireRoom(path, reader, bounds);
    return bounds;
  }

  private static void requireRoom(String path, SettingsReader reader, Bounds bounds) {
    if (bounds.retainedBytes() == 0 || !reader.isSound(path) || !reader.isSound("streams.max-")) {
      return;
    }
    if (bounds.retainedBytes() < bounds.maxAppendBytes()) {
      reader.wrong(path + "retain-stream-size", "0 or what one append may bring at least");
    } else if (bounds.maxStreamBytes()
        < Bounds.leastStreamBytes(bounds.retainedBytes(), bounds.maxAppendBytes())) {
      reader.wrong(
          path + "retain-stream-size",
          "0 or less than max-stream-size by 128 KiB and max-append-size");
    }
  }
}
