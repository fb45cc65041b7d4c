package io.peerbus.chat;

import io.peerbus.multiformats.PeerId;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;

/**
 * The printed lines about connections, in the lesson's order: first the address that was dialled, then the id that
 * answered there. The node may tell of a connection before the dial is reported done, so connections we made are
 * held back while a dial is under way; those that peers made are not.
 *
 * <p>Not thread safe, owned by the chat.
 */
public final class Connections {

  private final Queue<String> lines = new ArrayDeque<>();
  private final Set<PeerId> shown = new LinkedHashSet<>();
  private final Set<PeerId> held = new LinkedHashSet<>();
  private final Set<PeerId> unconfirmed = new LinkedHashSet<>();
  private int dials;

  /** The next line to print, or {@code null}. */
  public String poll() {
    return lines.poll();
  }

  /** Peers that are printed as connected. */
  public List<PeerId> shown() {
    return List.copyOf(shown);
  }

  /** Peers that an earlier version has printed as connected. Until {@link #onAllKnown} they may have gone. */
  public void restore(List<PeerId> peers) {
    shown.addAll(peers);
    unconfirmed.addAll(peers);
  }

  /** Every peer that is connected has been told. */
  public void onAllKnown() {
    List.copyOf(unconfirmed).forEach(this::onDisconnected);
  }

  /** A dial begins. */
  public void onDial() {
    dials++;
  }

  /** A dial succeeded. */
  public void onDialled(String address, PeerId peer) {
    lines.add(ChatLines.connected(address));
    if (held.remove(peer)) {
      show(peer);
    }
    onDialEnded();
  }

  /** A dial failed. */
  public void onDialEnded() {
    dials--;
    if (dials == 0) {
      held.forEach(this::show);
      held.clear();
    }
  }

  /** A peer is connected. Telling it twice does no harm. */
  public void onConnected(PeerId peer, boolean inbound) {
    unconfirmed.remove(peer);
    if (shown.contains(peer)) {
      return;
    }
    if (inbound || dials == 0) {
      held.remove(peer);
      show(peer);
    } else {
      held.add(peer);
    }
  }

  /** The last connection to a peer is gone. */
  public void onDisconnected(PeerId peer) {
    unconfirmed.remove(peer);
    if (held.remove(peer)) {
      show(peer);
    }
    if (shown.remove(peer)) {
      lines.add(ChatLines.closed(peer.toString()));
    }
  }

  private void show(PeerId peer) {
    shown.add(peer);
    lines.add(ChatLines.connected(peer.toString()));
  }
}
