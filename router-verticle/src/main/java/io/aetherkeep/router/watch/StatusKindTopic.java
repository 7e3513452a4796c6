package io.aetherkeep.router.watch;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.CancelAsks.CancelRequest;
import io.aetherkeep.catalogue.StatusAsks.Children;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.catalogue.StatusListAsks.ListStatuses;
import io.aetherkeep.document.Document;
import io.aetherkeep.router.loop.Slices;
import io.aetherkeep.router.watch.topic.SharedFrame;
import io.aetherkeep.router.watch.topic.TopicName;
import io.aetherkeep.router.watch.topic.TopicWatcher;
import io.aetherkeep.router.watch.topic.WatchedTopic;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Topic of all statuses of a kind: each change after the start of the watch. It has no current
 * value; a gap reports that changes may be lost, after which a watcher lists the statuses.
 */
final class StatusKindTopic implements WatchedTopic {

  private final TopicName name;
  private final Bus bus;
  private final Slices slices;
  private final Consumer<StatusKindTopic> empty;
  private final Set<TopicWatcher> watchers = new LinkedHashSet<>();
  private final Set<TopicWatcher> joining = new LinkedHashSet<>();

  /**
   * Creates a topic without watchers.
   *
   * @param empty called when the last watcher has left
   */
  StatusKindTopic(TopicName name, Bus bus, Slices slices, Consumer<StatusKindTopic> empty) {
    this.name = name;
    this.bus = bus;
    this.slices = slices;
    this.empty = empty;
  }

  /** One status among those of its kind. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Changed(
      String id,
      int attempt,
      String offset,
      boolean terminal,
      @Nullable Boolean failed,
      String updatedAt,
      @Nullable CancelRequest cancelRequested,
      @Nullable Children children,
      Document document) {

    static Changed of(Status status) {
      return new Changed(
          status.id(),
          status.attempt(),
          status.offset(),
          status.terminal(),
          status.failed(),
          status.updatedAt(),
          status.cancelRequested(),
          status.children(),
          status.document());
    }
  }

  @Override
  public TopicName name() {
    return name;
  }

  /** Starts the watch after a check that the kind exists and Redis answers. */
  @Override
  public void join(TopicWatcher watcher, @Nullable String after) {
    joining.add(watcher);
    bus.ask(new ListStatuses(name.space(), name.key(), null, 1))
        .onComplete(exists -> begin(watcher, after), thrown -> refuse(watcher, thrown));
  }

  private void begin(TopicWatcher watcher, @Nullable String after) {
    if (joining.remove(watcher)) {
      watchers.add(watcher);
      watcher.begun(false, after == null ? List.of() : List.of(SharedFrame.gap(name)));
    }
  }

  private void refuse(TopicWatcher watcher, Throwable reason) {
    if (joining.remove(watcher)) {
      watcher.fail(reason);
      leaveIfEmpty();
    }
  }

  void onStatus(Status status) {
    Document data = Document.stored(Buffer.buffer(RecordJson.write(Changed.of(status))));
    send(SharedFrame.change(name, status.offset(), data, true));
  }

  /** Reports that changes may have been missed. */
  void missed() {
    send(SharedFrame.gap(name));
  }

  private void send(SharedFrame frame) {
    slices.each(
        watchers,
        watcher -> {
          if (watchers.contains(watcher)) {
            watcher.receive(frame);
          }
        });
  }

  @Override
  public void leave(TopicWatcher watcher) {
    watchers.remove(watcher);
    joining.remove(watcher);
    leaveIfEmpty();
  }

  private void leaveIfEmpty() {
    if (watchers.isEmpty() && joining.isEmpty()) {
      empty.accept(this);
    }
  }

  /** Reads nothing: changes of other services are detected by watchers of single statuses. */
  @Override
  public void poll() {}

  @Override
  public List<TopicWatcher> watchers() {
    Set<TopicWatcher> all = new LinkedHashSet<>(watchers);
    all.addAll(joining);
    return List.copyOf(all);
  }
}
