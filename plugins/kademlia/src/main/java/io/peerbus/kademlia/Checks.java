package io.peerbus.kademlia;

import io.peerbus.multiformats.PeerId;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/** Records that are being judged elsewhere: a signature takes its time. Not thread safe. */
final class Checks {

  /** Told the verdict. */
  interface Judged {
    void onVerdict(long now, Verdict verdict);
  }

  private record Pending(PeerId peerOrNull, Judged judged) {}

  private final Namespaces namespaces;
  private final KademliaLimits limits;
  private final Clock clock;
  private final Queue<Action> out;
  private final Map<Long, Pending> pending = new HashMap<>();
  private final Quota perPeer;
  private long last;

  Checks(Namespaces namespaces, KademliaLimits limits, Clock clock, Queue<Action> out) {
    this.namespaces = namespaces;
    this.limits = limits;
    this.clock = clock;
    this.out = out;
    this.perPeer = new Quota(limits.getMaxChecksPerPeer());
  }

  /**
   * Has a record judged. The verdict may come at once.
   *
   * @param peerOrNull who sent it; {@code null} for ourselves, who has no limit
   */
  void check(long now, PeerId peerOrNull, ValueRecord record, Judged judged) {
    String problem = namespaces.problemWith(record.key());
    Validator validator = namespaces.validator(record.key());
    if (problem != null || validator == null) {
      judged.onVerdict(now, problem == null ? Verdict.good() : Verdict.bad(problem));
    } else if (peerOrNull != null && (pending.size() >= limits.getMaxChecks() || perPeer.isFull(peerOrNull))) {
      judged.onVerdict(now, Verdict.bad("too many records are being checked"));
    } else {
      pending.put(++last, new Pending(peerOrNull, judged));
      if (peerOrNull != null) {
        perPeer.add(peerOrNull);
      }
      out.add(new Action.Check(last, validator, record.key(), record.value(), clock.wall(now)));
    }
  }

  void onChecked(long now, long check, Verdict verdict) {
    Pending judged = pending.remove(check);
    if (judged == null) {
      return;
    }
    if (judged.peerOrNull != null) {
      perPeer.remove(judged.peerOrNull);
    }
    judged.judged.onVerdict(now, verdict);
  }

  int waiting() {
    return pending.size();
  }
}
