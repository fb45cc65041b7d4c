package io.peerbus.launcher.plugin.jar;

import static io.peerbus.launcher.plugin.jar.Fixture.good;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** Jars that are bad as archives. */
final class BadArchives {

  private static final String DAMAGED = "a.jar is damaged or no jar (…): copy or build it anew";
  private static final String NO_START =
      "a.jar is no jar: it does not start as one; copy or build it anew, with nothing in front of it";
  private static final String LEADS_OUT =
      "a.jar has an entry with a path that leads out of it: \"%s\"; build it anew, with paths relative to its root and"
          + " / between their parts";
  private static final String SHORTER =
      "a.jar has an entry whose path could be written shorter, and so be another's: \"%s\"; build it anew, without"
          + " empty or \".\" steps";
  private static final String DISAGREE =
      "a.jar is two jars in one: its index and its content disagree about \"%s\"; build it anew";

  private final List<BadJar> all = new ArrayList<>();
  private final byte[] whole = good().withEntry("data", new byte[100]).bytes();

  private BadArchives() throws IOException {}

  static List<BadJar> all() throws IOException {
    BadArchives bad = new BadArchives();
    bad.files();
    bad.damaged();
    bad.names();
    bad.bombs();
    bad.twoInOne();
    return bad.all;
  }

  private void add(String name, byte[] bytes, String reason) {
    all.add(BadJar.of(name, bytes, reason));
  }

  private void files() throws IOException {
    add("an empty file", new byte[0], "a.jar is empty: copy it again");
    add("a text", "hello, world".getBytes(StandardCharsets.UTF_8), NO_START);
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
      out.write(whole);
    }
    add("a jar in a gzip", gzip.toByteArray(), NO_START);
    byte[] script = "#!/bin/sh\nexec java -jar $0\n".getBytes(StandardCharsets.UTF_8);
    byte[] program = Arrays.copyOf(script, script.length + whole.length);
    System.arraycopy(whole, 0, program, script.length, whole.length);
    add("a program in front of a jar", program, NO_START);
  }

  private void damaged() throws IOException {
    add("half a jar", Arrays.copyOf(whole, whole.length / 2), DAMAGED);
    add("a jar without its last byte", Arrays.copyOf(whole, whole.length - 1), DAMAGED);
    int record = ZipPatch.record(whole, "data");
    byte[] wrongSum = whole.clone();
    wrongSum[record + ZipPatch.CRC] ^= 1;
    add("a wrong checksum", wrongSum,
        "a.jar is damaged: \"data\" has a wrong checksum; copy or build it anew");
    byte[] encrypted = ZipPatch.setShort(whole, record + ZipPatch.FLAGS, 9);
    add("an encrypted entry", encrypted, DAMAGED);
    add("an unknown method of packing", ZipPatch.setShort(whole, record + ZipPatch.METHOD, 12), DAMAGED);
    add("a name that is not UTF-8", ZipPatch.replace(whole, "data", "\u00ff\u00fe\u00ff\u00fe"), DAMAGED);
  }

  private void names() throws IOException {
    for (String name : List.of("../evil", "/etc/passwd", "a/../../b", "a\\b", "C:/evil", "..")) {
      add("the name " + name, good().withEntry(name, new byte[1]).bytes(), LEADS_OUT.formatted(name));
    }
    for (String name : List.of("a//b", "./a", "a/./b")) {
      add("the name " + name, good().withEntry(name, new byte[1]).bytes(), SHORTER.formatted(name));
    }
    add("a name that clears the terminal", good().withEntry("a\u001b[2J", new byte[1]).bytes(),
        "a.jar has an entry whose name holds control characters: \"a?[2J\"; rename it");
    add("a name that turns the writing", good().withEntry("a\u202egnp.class", new byte[1]).bytes(),
        "a.jar has an entry whose name holds control characters: \"a?gnp.class\"; rename it");
    add("a long name", good().withEntry("n".repeat(2000), new byte[1]).bytes(),
        "a.jar has an entry whose name is longer than 1024 characters: …; give it a shorter one");
    String twice = "a.jar has the entry \"%s\" twice: which one counts depends on the reader; build it anew, without"
        + " duplicates";
    add("a name twice", ZipPatch.replace(good().withEntry("dup-a", new byte[1]).withEntry("dup-b", new byte[2]).bytes(),
        "dup-b", "dup-a"), twice.formatted("dup-a"));
    add("a class twice", ZipPatch.replace(good().withEntry("fixture/Mbin.class", Fixture.main()).bytes(),
        "fixture/Mbin", "fixture/Main"), twice.formatted("fixture/Main.class"));
    add("a file and a folder of one name", good().withEntry("x", new byte[1]).withEntry("x/", new byte[0]).bytes(),
        twice.formatted("x"));
    add("a folder with bytes in it", good().withEntry("folder/", new byte[3]).bytes(),
        "a.jar has a folder with bytes in it, \"folder/\": build it anew");
  }

  private void bombs() throws IOException {
    var many = good();
    for (int i = 0; i < JarScan.MAX_ENTRIES; i++) {
      many.withEntry("e" + i, new byte[0]);
    }
    add("too many entries", many.bytes(), "a.jar has " + (JarScan.MAX_ENTRIES + 2) + " entries, at most "
        + JarScan.MAX_ENTRIES + " are read: leave out what the plugin does not need");
    add("a bomb of zeros", good().withEntry("zeros", new byte[8 << 20]).bytes(),
        "a.jar has an entry that unpacks to more than 200 times its size, \"zeros\": such jars are made to fill memory;"
            + " store what is in it more tersely");
    byte[] dense = new byte[60 << 20];
    Random random = new Random(7);
    for (int i = 0; i < dense.length; i += 64) {
      dense[i] = (byte) random.nextInt();
    }
    var large = good();
    for (int i = 0; i < 5; i++) {
      large.withEntry("dense" + i, dense);
    }
    add("a bomb of many parts", large.bytes(), "a.jar unpacks to more than " + JarScan.MAX_UNPACKED
        + " bytes: leave out what the plugin does not need");
  }

  private void twoInOne() throws IOException {
    byte[] two = good().withEntry("aaaa", new byte[] {1}).withEntry("bbbb", new byte[] {2}).bytes();
    add("entries that overlap", ZipPatch.overlap(two, "bbbb", "aaaa"), DISAGREE.formatted("bbbb"));
    add("an entry that the index hides", ZipPatch.hideLast(two, "bbbb"), DISAGREE.formatted("bbbb"));
    byte[] renamed = two.clone();
    int name = ZipPatch.record(two, "aaaa") + 46;
    Arrays.fill(renamed, name, name + 4, (byte) 'c');
    add("an entry that the index calls otherwise", renamed, DISAGREE.formatted("aaaa"));
  }
}
