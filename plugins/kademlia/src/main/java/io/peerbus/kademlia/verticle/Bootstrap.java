package io.peerbus.kademlia.verticle;

import io.peerbus.api.Failure;
import io.peerbus.api.Host;
import io.peerbus.api.PeerInfo;
import io.peerbus.kademlia.Contact;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The peers to begin with: those that the settings name, looked up where they are names, and those that the node knows
 * to serve the protocol, from before a restart too. They are given to the machine, which asks them while it knows
 * nobody. As long as that is so it is done again. Belongs to the verticle's context.
 */
final class Bootstrap {

  private static final Logger LOG = LoggerFactory.getLogger(Bootstrap.class);

  /** From one lookup of the names to the next, while nobody is known. */
  private static final long AGAIN_MILLIS = 30_000;
  /** Of the peers that the node knows: enough to find the others. */
  private static final int MAX_KNOWN = 20;
  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final Host host;
  private final KademliaProtocol protocol;
  private final String id;
  private final List<Multiaddr> addresses;
  private long timer = NO_TIMER;

  /**
   * Fails with {@link Failure#BAD_REQUEST} when an address cannot be understood.
   *
   * @param id of the protocol that peers to begin with serve
   */
  Bootstrap(Vertx vertx, Host host, KademliaProtocol protocol, String id, List<String> addresses) {
    this.vertx = vertx;
    this.host = host;
    this.protocol = protocol;
    this.id = id;
    this.addresses = addresses.stream().map(Bootstrap::parse).toList();
  }

  private static Multiaddr parse(String text) {
    try {
      return Multiaddr.parse(text);
    } catch (FormatException e) {
      throw Failure.BAD_REQUEST.because("kademlia: settings.bootstrap: " + e.getMessage());
    }
  }

  void start() {
    begin();
    timer = vertx.setPeriodic(AGAIN_MILLIS, fired -> {
      if (protocol.machine().table().isEmpty()) {
        begin();
      }
    });
  }

  void stop() {
    if (timer != NO_TIMER) {
      vertx.cancelTimer(timer);
      timer = NO_TIMER;
    }
  }

  private void begin() {
    List<Contact> known = new ArrayList<>();
    for (Multiaddr address : addresses) {
      if (address.has(Multiaddr.Protocol.DNSADDR)) {
        host.resolve(address).onComplete(this::onResolved,
            e -> LOG.warn("bootstrap {} could not be looked up: {}", address, e.getMessage()));
      } else {
        onAddress(address, known);
      }
    }
    tell(known);
    host.known(id, MAX_KNOWN).onComplete(this::onKnown,
        e -> LOG.debug("the node does not tell whom it knows: {}", e.getMessage()));
  }

  private void onKnown(List<PeerInfo> peers) {
    tell(peers.stream().map(info -> new Contact(info.peer(), info.addresses())).toList());
  }

  private void onResolved(List<Multiaddr> found) {
    List<Contact> known = new ArrayList<>();
    found.forEach(address -> onAddress(address, known));
    tell(known);
  }

  private void onAddress(Multiaddr address, List<Contact> known) {
    if (address.peerId().isPresent()) {
      known.add(new Contact(address.peerId().get(), List.of(address.withoutPeerId())));
      return;
    }
    // Whoever answers there is taken, as whoever wrote it wants.
    host.connect(address).onComplete(peer -> tell(List.of(new Contact(peer, List.of(address)))),
        e -> LOG.info("bootstrap {} could not be reached: {}", address, e.getMessage()));
  }

  /** Addresses of one peer come together. */
  private void tell(List<Contact> known) {
    List<Contact> merged = new ArrayList<>();
    for (Contact contact : known) {
      List<Multiaddr> all = new ArrayList<>();
      known.stream().filter(each -> each.peer().equals(contact.peer())).forEach(each -> all.addAll(each.addresses()));
      if (merged.stream().noneMatch(each -> each.peer().equals(contact.peer()))) {
        merged.add(new Contact(contact.peer(), all));
      }
    }
    if (!merged.isEmpty()) {
      protocol.input(now -> protocol.machine().addBootstrap(now, merged));
    }
  }
}
