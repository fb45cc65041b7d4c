package io.peerbus.names;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.names.Question.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What an address that begins with a name leads to, and how far it is followed (SEC-06). */
class SearchTest {

  private static final String ONE = "12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5";
  private static final String TWO = "12D3KooWJWoaqZhDaoEFshF7Rh1bpY9ohihFhzcW6d69Lr2NASuq";

  private final Map<Question, List<String>> zone = new LinkedHashMap<>();
  private final List<Question> asked = new ArrayList<>();
  private Search search;

  private static Multiaddr address(String text) {
    try {
      return Multiaddr.parse(text);
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }

  private static String tcp(int host, String peer) {
    return "/ip4/10.0.0." + host + "/tcp/4001/p2p/" + peer;
  }

  private void records(Type type, String name, String... records) {
    zone.put(new Question(type, name), List.of(records));
  }

  private void texts(String name, String... addresses) {
    records(Type.TXT, "_dnsaddr." + name,
        List.of(addresses).stream().map(address -> "dnsaddr=" + address).toArray(String[]::new));
  }

  private List<String> resolve(String address) {
    search = new Search(address(address));
    for (Question question = search.next(); question != null; question = search.next()) {
      asked.add(question);
      assertFalse(search.isDone());
      List<String> records = zone.get(question);
      if (records == null) {
        search.onFailure(question, "no such name: " + question.name());
      } else {
        search.onAnswer(question, records);
      }
    }
    assertTrue(search.isDone());
    return search.found().stream().map(Multiaddr::toString).toList();
  }

  @Test
  void aNameStandsForItsAddressesOfTheFamilyThatIsAskedFor() {
    records(Type.A, "a.example", "10.0.0.1", "10.0.0.2");
    records(Type.AAAA, "a.example", "fd00::1");
    assertEquals(List.of("/ip4/10.0.0.1/tcp/1", "/ip4/10.0.0.2/tcp/1"), resolve("/dns4/a.example/tcp/1"));
    assertEquals(List.of("/ip6/fd00::1/tcp/1"), resolve("/dns6/A.Example/tcp/1"));
    assertEquals(List.of("/ip6/fd00::1/tcp/1/p2p/" + ONE, "/ip4/10.0.0.1/tcp/1/p2p/" + ONE,
        "/ip4/10.0.0.2/tcp/1/p2p/" + ONE), resolve("/dns/a.example/tcp/1/p2p/" + ONE));
  }

  @Test
  void whatComesBehindThePortStaysAndTlsForWebSocketIsToldTheName() {
    records(Type.A, "a.example", "10.0.0.1");
    assertEquals(List.of("/ip4/10.0.0.1/tcp/80/ws"), resolve("/dns4/a.example/tcp/80/ws"));
    assertEquals(List.of("/ip4/10.0.0.1/tcp/443/tls/sni/a.example/ws/p2p/" + ONE),
        resolve("/dns4/a.example/tcp/443/wss/p2p/" + ONE));
    assertEquals(List.of("/ip4/10.0.0.1/tcp/443/tls/sni/b.example/ws"),
        resolve("/dns4/a.example/tcp/443/tls/sni/b.example/ws"));
  }

  @Test
  void localhostIsNeverAskedFor() {
    assertEquals(List.of("/ip6/::1/tcp/1", "/ip4/127.0.0.1/tcp/1"), resolve("/dns/localhost/tcp/1"));
    assertEquals(List.of("/ip4/127.0.0.1/tcp/1"), resolve("/dns4/me.localhost/tcp/1"));
    assertEquals(List.of(), asked);
  }

  @Test
  void ofTextsWhatCanBeDialledIsTakenAndTheRestIsNot() {
    records(Type.TXT, "_dnsaddr.example.org", "dnsaddr=" + tcp(1, ONE),
        "dnsaddr=/ip4/10.0.0.1/udp/4001/quic-v1/p2p/" + ONE, "dnsaddr=/dns4/a.example/tcp/443/wss/p2p/" + ONE,
        "v=spf1 -all", "dnsaddr=nonsense", "dnsaddr=", "dnsaddr=/ip6/::1/tcp/4001");
    records(Type.A, "a.example", "10.0.0.9");
    assertEquals(List.of(tcp(1, ONE), "/ip6/::1/tcp/4001",
        "/ip4/10.0.0.9/tcp/443/tls/sni/a.example/ws/p2p/" + ONE), resolve("/dnsaddr/Example.org"));
  }

  /** Whoever owns a name cannot have another peer taken for the one that is named. */
  @Test
  void onlyWhatEndsAsTheAddressEndsIsTaken() {
    texts("example.org", tcp(1, ONE), tcp(2, TWO), "/ip4/1.2.3.4/tcp/1", "/ip4/1.2.3.5/tcp/1/p2p/" + TWO);
    assertEquals(List.of(tcp(2, TWO), "/ip4/1.2.3.5/tcp/1/p2p/" + TWO), resolve("/dnsaddr/example.org/p2p/" + TWO));
    assertEquals(List.of(tcp(2, TWO)), resolve("/dnsaddr/example.org/tcp/4001/p2p/" + TWO));
  }

  @Test
  void namesLeadToNamesAndEachIsAskedOnce() {
    texts("a.example", "/dnsaddr/b.example/p2p/" + ONE, "/dnsaddr/c.example", "/dnsaddr/gone.example",
        "/dnsaddr/a.example");
    texts("b.example", tcp(1, ONE), tcp(2, TWO));
    texts("c.example", tcp(3, TWO), "/dnsaddr/a.example", "/dnsaddr/b.example/p2p/" + TWO);
    assertEquals(List.of(tcp(1, ONE), tcp(3, TWO), tcp(2, TWO)), resolve("/dnsaddr/a.example"));
    assertEquals(4, asked.size(), asked.toString());
  }

  @Test
  void aChainIsFollowedSoFarAndATreeSoWide() {
    for (int i = 0; i < 10; i++) {
      texts("n" + i, "/dnsaddr/n" + (i + 1), tcp(i, ONE));
    }
    assertEquals(Search.MAX_DEPTH, resolve("/dnsaddr/n0").size());
    texts("wide", IntStream.range(0, 100).mapToObj(i -> "/dnsaddr/w" + i).toArray(String[]::new));
    for (int i = 0; i < 100; i++) {
      texts("w" + i, tcp(i, ONE));
    }
    assertEquals(Search.MAX_QUESTIONS - 1, resolve("/dnsaddr/wide").size());
    for (int i = 0; i < 8; i++) {
      int host = 30 * i;
      texts("w" + i, IntStream.range(host, host + 30).mapToObj(j -> tcp(j, ONE)).toArray(String[]::new));
    }
    assertEquals(Search.MAX_ADDRESSES, resolve("/dnsaddr/wide").size());
  }

  @Test
  void anAnswerThatIsTooLongIsCut() {
    String[] many = IntStream.range(0, 1_000).mapToObj(i -> "/ip4/10.0.0.1/udp/" + (i + 1)).toArray(String[]::new);
    many[Search.MAX_RECORDS - 1] = tcp(1, ONE);
    many[Search.MAX_RECORDS] = tcp(2, ONE);
    texts("long", many);
    assertEquals(List.of(tcp(1, ONE)), resolve("/dnsaddr/long"));
  }

  @Test
  void theReasonWhyNothingWasFoundIsTheFirstOne() {
    resolve("/dns4/gone.example/tcp/1");
    assertEquals("no such name: gone.example", search.failure());
    records(Type.A, "empty.example");
    resolve("/dns4/empty.example/tcp/1");
    assertEquals("empty.example has no A records", search.failure());
    texts("quic.example", "/ip4/1.2.3.4/udp/1/quic-v1");
    resolve("/dnsaddr/quic.example");
    assertEquals("/dnsaddr/quic.example leads to no TCP address", search.failure());
    texts("self.example", "/dnsaddr/self.example");
    resolve("/dnsaddr/self.example");
    assertEquals("/dnsaddr/self.example leads from name to name without end", search.failure());
    assertThrows(IllegalArgumentException.class, () -> new Search(address("/ip4/1.2.3.4/tcp/1")));
  }

  /** Zones in which names lead anywhere, to themselves too: every search ends, and within its limits. */
  @Property(tries = 500)
  void whateverTheRecordsSayASearchEndsWithinItsLimits(@ForAll long seed) {
    Random random = new Random(seed);
    zone.clear();
    asked.clear();
    int names = 1 + random.nextInt(60);
    for (int i = 0; i < names; i++) {
      String[] records = new String[random.nextInt(random.nextInt(10) == 0 ? 200 : 8)];
      for (int j = 0; j < records.length; j++) {
        String end = random.nextBoolean() ? "" : "/p2p/" + (random.nextBoolean() ? ONE : TWO);
        records[j] = switch (random.nextInt(4)) {
          case 0 -> "/dnsaddr/n" + random.nextInt(names) + end;
          case 1 -> "/dns4/n" + random.nextInt(names) + "/tcp/" + (1 + random.nextInt(9)) + end;
          case 2 -> "/ip4/10.0." + random.nextInt(256) + ".1/tcp/4001" + end;
          default -> "/ip4/10.0.0.1/udp/4001/quic-v1" + end;
        };
      }
      texts("n" + i, records);
      records(Type.A, "n" + i, "10.1.0." + i, "10.2.0." + i);
    }
    List<String> found = resolve("/dnsaddr/n0/p2p/" + ONE);
    assertTrue(asked.size() <= Search.MAX_QUESTIONS, asked.size() + " questions");
    assertTrue(found.size() <= Search.MAX_ADDRESSES, found.size() + " addresses");
    assertEquals(asked.size(), asked.stream().distinct().count(), "each question is asked once");
    found.forEach(address -> assertTrue(address.startsWith("/ip4/") && address.endsWith("/p2p/" + ONE), address));
  }
}
