package io.peerbus.kademlia;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Looks for the best record under a key: ends when enough peers tell the same best one. Peers that told a worse one,
 * and of the nearest those that had none, are then told the best ("Entry correction").
 *
 * <p>Each different record is judged once. A record for another key counts as none (hardening, SEC-40).
 */
final class ValueGoal implements Queries.Goal {

  /** What the goal asks of its operation. */
  interface Watcher {
    void onBetter(long now, ValueRecord record, PeerId from);

    /** Judges, now or later. */
    void check(long now, PeerId from, ValueRecord record, Checks.Judged judged);

    /** Enough was found: the lookup may stop. */
    void enough(long now);

    void onEnd(long now, ValueGoal goal, Lookup lookup);
  }

  private final byte[] key;
  private final int quorum;
  private final Watcher watcher;
  private final Set<PeerId> votes = new LinkedHashSet<>();
  private final Map<PeerId, Contact> worse = new LinkedHashMap<>();
  private final Set<PeerId> without = new LinkedHashSet<>();
  private final Map<PeerId, Contact> asked = new LinkedHashMap<>();
  private ValueRecord best;
  private Verdict verdict;
  private int judging;
  private Lookup ended;

  ValueGoal(byte[] key, int quorum, Watcher watcher) {
    this.key = key;
    this.quorum = quorum;
    this.watcher = watcher;
  }

  /** Begins with a record that is here; counts as one that was told. */
  void begin(PeerId self, ValueRecord record, Verdict judged) {
    best = record;
    verdict = judged;
    votes.add(self);
  }

  @Override
  public Message request() {
    return Message.getValue(key);
  }

  @Override
  public boolean onAnswer(long now, Contact peer, Message answer, Multiaddr remoteOrNull) {
    ValueRecord record = answer.record();
    asked.put(peer.peer(), peer);
    if (record == null || !Arrays.equals(record.key(), key)) {
      without.add(peer.peer());
    } else if (best != null && Arrays.equals(record.value(), best.value())) {
      votes.add(peer.peer());
    } else {
      judging++;
      watcher.check(now, peer.peer(), record, (later, judged) -> onVerdict(later, peer, record, judged));
    }
    return hasEnough();
  }

  boolean hasEnough() {
    return best != null && votes.size() >= quorum;
  }

  private void onVerdict(long now, Contact peer, ValueRecord record, Verdict judged) {
    judging--;
    int order = judged.valid() ? best == null ? 1 : compare(record, judged) : -1;
    if (order > 0) {
      votes.forEach(voter -> worse.computeIfAbsent(voter, asked::get));
      worse.values().removeIf(contact -> contact == null);
      votes.clear();
      best = record;
      verdict = judged;
      watcher.onBetter(now, record, peer.peer());
    }
    if (order >= 0) {
      votes.add(peer.peer());
    } else {
      worse.put(peer.peer(), peer);
    }
    if (ended != null) {
      finish(now);
    } else if (hasEnough()) {
      watcher.enough(now);
    }
  }

  /** As {@link StoredRecord#beats}, but what has no rank is ordered by when it was received, as far as peers say. */
  private int compare(ValueRecord record, Verdict judged) {
    int order = judged.compareRank(verdict);
    if (order == 0) {
      order = judged.rank().length > 0 ? Arrays.compareUnsigned(record.value(), best.value())
          : time(record).compareTo(time(best)) > 0 ? 1 : -1;
    }
    return order;
  }

  private static Instant time(ValueRecord record) {
    try {
      return Instant.parse(record.timeReceived());
    } catch (DateTimeException e) {
      return Instant.EPOCH;
    }
  }

  @Override
  public void onEnd(long now, Lookup lookup) {
    ended = lookup;
    finish(now);
  }

  private void finish(long now) {
    if (judging == 0) {
      watcher.onEnd(now, this, ended);
    }
  }

  ValueRecord best() {
    return best;
  }

  List<PeerId> votes() {
    return List.copyOf(votes);
  }

  /** Whom to tell the best record. */
  List<Contact> toCorrect() {
    Map<PeerId, Contact> all = new LinkedHashMap<>(worse);
    if (ended.end() == Lookup.End.COMPLETE) {
      for (Contact near : ended.closest()) {
        if (without.contains(near.peer())) {
          all.put(near.peer(), near);
        }
      }
    }
    return List.copyOf(all.values());
  }
}
