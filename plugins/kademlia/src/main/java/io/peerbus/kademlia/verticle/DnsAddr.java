package io.peerbus.kademlia.verticle;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.Multiaddr.Component;
import io.peerbus.multiformats.Multiaddr.Protocol;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.dns.DnsClient;
import io.vertx.core.dns.DnsClientOptions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the addresses that {@code /dnsaddr/<name>} stands for: the TXT records of {@code _dnsaddr.<name>}, each
 * {@code dnsaddr=<multiaddr>}, which may name others in turn. Only those are taken that end as the one asked for ends,
 * so that a record cannot put another peer in a named one's place.
 *
 * <p>Belongs to the verticle's context. Spec: multiformats/multiaddr, "dnsaddr"; the limits are ours.
 */
final class DnsAddr {

  private static final Logger LOG = LoggerFactory.getLogger(DnsAddr.class);

  /** Names that lead to names. A record that leads to itself would otherwise be followed for ever. */
  static final int MAX_DEPTH = 4;

  /** Names asked for one address: each answer may name many more. */
  static final int MAX_NAMES = 32;

  /** Addresses taken in all: whoever owns a name could otherwise have us dial thousands. */
  static final int MAX_ADDRESSES = 100;

  private static final long TIMEOUT_MILLIS = 5_000;
  private static final String PREFIX = "dnsaddr=";

  private final Vertx vertx;
  private final DnsClientOptions options = new DnsClientOptions().setQueryTimeout(TIMEOUT_MILLIS);
  private DnsClient dns;

  /** @param serverOrNull {@code ADDRESS:PORT}; throws {@link IllegalArgumentException} when it is not */
  DnsAddr(Vertx vertx, String serverOrNull) {
    this.vertx = vertx;
    if (serverOrNull != null) {
      int colon = serverOrNull.lastIndexOf(':');
      if (colon < 1 || !serverOrNull.substring(colon + 1).matches("\\d{1,5}")) {
        throw new IllegalArgumentException("\"" + serverOrNull + "\" is no ADDRESS:PORT such as 127.0.0.1:53");
      }
      options.setHost(serverOrNull.substring(0, colon)).setPort(Integer.parseInt(serverOrNull.substring(colon + 1)));
    }
  }

  static boolean isNamed(Multiaddr address) {
    return address.has(Protocol.DNSADDR);
  }

  /** Those that can be dialled by TCP; fails when the name itself cannot be asked for. */
  Future<List<Multiaddr>> resolve(Multiaddr address) {
    if (dns == null) {
      dns = vertx.createDnsClient(options);
    }
    Search search = new Search();
    return search.follow(address, 1).map(done -> List.copyOf(search.found));
  }

  void close() {
    if (dns != null) {
      dns.close();
      dns = null;
    }
  }

  /** One address and all that it leads to. */
  private final class Search {

    private final Set<Multiaddr> found = new LinkedHashSet<>();
    private final Set<String> asked = new LinkedHashSet<>();

    Future<Void> follow(Multiaddr address, int depth) {
      String name = address.value(Protocol.DNSADDR).orElse("").toLowerCase(Locale.ROOT);
      if (depth > MAX_DEPTH || asked.size() >= MAX_NAMES || !asked.add(name)) {
        LOG.debug("{} is not followed: {} names were asked for, {} deep", address, asked.size(), depth);
        return Future.succeededFuture();
      }
      return dns.resolveTXT("_dnsaddr." + name).compose(texts -> {
        List<Future<Void>> inner = new ArrayList<>();
        for (String text : texts) {
          take(text, address, depth, inner);
        }
        return Future.join(inner).transform(done -> Future.succeededFuture());
      });
    }

    private void take(String text, Multiaddr asked, int depth, List<Future<Void>> inner) {
      if (!text.startsWith(PREFIX)) {
        return;
      }
      try {
        Multiaddr address = Multiaddr.parse(text.substring(PREFIX.length()));
        if (!endsAs(address, asked)) {
          return;
        }
        if (isNamed(address)) {
          inner.add(follow(address, depth + 1));
        } else if (isTcp(address) && found.size() < MAX_ADDRESSES) {
          found.add(address);
        }
      } catch (FormatException e) {
        LOG.debug("a record of {} is no address: {}", asked, e.getMessage());
      }
    }
  }

  /** Whether the last components are those that come after the name. */
  private static boolean endsAs(Multiaddr address, Multiaddr asked) {
    List<Component> all = address.components();
    List<Component> end = asked.components().subList(1, asked.components().size());
    return all.size() >= end.size() && all.subList(all.size() - end.size(), all.size()).equals(end);
  }

  /** Host, port and perhaps a peer, and nothing between. */
  private static boolean isTcp(Multiaddr address) {
    return address.hostPort().isPresent() && address.withoutPeerId().components().size() == 2;
  }
}
