package io.peerbus.launcher.plugin.jar;

import static io.peerbus.launcher.plugin.jar.Fixture.good;

import io.peerbus.launcher.plugin.JarMaker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Sound archives that are no good plugins: their manifests, classes and schemas. */
final class BadPlugins {

  private static final String MANIFEST = """
      Manifest-Version: 1.0
      Plugin-Id: fixture
      Plugin-Version: 1
      Plugin-Verticle: fixture.Main
      Plugin-Api: 1
      """;

  private static final String VERTICLE = "a.jar: its Plugin-Verticle fixture.Main ";

  private final List<BadJar> all = new ArrayList<>();

  private BadPlugins() {}

  static List<BadJar> all() throws IOException {
    BadPlugins bad = new BadPlugins();
    bad.manifests();
    bad.attributes();
    bad.metaInf();
    bad.classes();
    bad.verticles();
    bad.schemas();
    return bad.all;
  }

  private void add(String name, JarMaker jar, String reason) throws IOException {
    all.add(BadJar.of(name, jar.bytes(), reason));
  }

  private static JarMaker manifest(String text) {
    return good().withoutManifest().withEntry("META-INF/MANIFEST.MF", text.getBytes(StandardCharsets.UTF_8));
  }

  private void manifests() throws IOException {
    add("no manifest", good().withoutManifest(),
        "a.jar is no plugin: it has no manifest; build it with META-INF/MANIFEST.MF in it");
    add("a manifest in small letters", good().withoutManifest()
            .withEntry("META-INF/manifest.mf", MANIFEST.getBytes(StandardCharsets.UTF_8)),
        "a.jar names its manifest \"META-INF/manifest.mf\"; it must be META-INF/MANIFEST.MF");
    add("a second manifest in small letters", good().withEntry("META-INF/Manifest.mf", new byte[1]),
        "a.jar has \"META-INF/Manifest.mf\" beside \"META-INF/MANIFEST.MF\": …; write META-INF in capitals, and each"
            + " name once");
    add("meta-inf in small letters", good().withEntry("meta-inf/x", new byte[1]),
        "a.jar has \"meta-inf/x\": the JVM does not tell capitals from small letters there; write META-INF in capitals,"
            + " and each name once");
    add("a manifest without end", manifest(MANIFEST + "X: " + "y".repeat(PluginJar.MAX_MANIFEST)),
        "a.jar has a META-INF/MANIFEST.MF larger than 65536 bytes: shorten it");
    add("a manifest without colons", manifest("this is no manifest\n"),
        "a.jar has a manifest that cannot be read; build it anew: …");
    add("an attribute twice", manifest(MANIFEST + "plugin-id: other\n"),
        "a.jar has \"plugin-id\" twice in its manifest: leave one");
    add("attributes of an entry only", manifest("Manifest-Version: 1.0\n\nName: fixture/\n" + MANIFEST),
        "a.jar is no plugin: its manifest has no Plugin-Id; add it to the manifest");
    add("a way to other jars", good().withAttribute("Class-Path", "evil.jar"),
        "a.jar has a Class-Path in its manifest, which leads to jars that nobody has verified: pack what it needs into"
            + " it, and leave Class-Path out");
  }

  private void attributes() throws IOException {
    for (String name : List.of("Plugin-Id", "Plugin-Version", "Plugin-Verticle", "Plugin-Api")) {
      add("no " + name, good().with(name, null),
          "a.jar is no plugin: its manifest has no " + name + "; add it to the manifest");
    }
    add("an id with a blank", good().with("Plugin-Id", "A b"),
        "a.jar: Plugin-Id \"A b\" is not of the form [a-z0-9][a-z0-9-]{0,62}");
    add("the id of core", good().with("Plugin-Id", "control"),
        "a.jar: Plugin-Id \"control\" is the name of an address of the node itself: give the plugin another id");
    add("a version that is a path", good().with("Plugin-Version", "../1"),
        "a.jar: Plugin-Version \"../1\" is not of the form …");
    add("a verticle that is a path", good().with("Plugin-Verticle", "fixture/Main"),
        "a.jar: Plugin-Verticle \"fixture/Main\" is not of the form …");
    add("an API that is a word", good().with("Plugin-Api", "one"),
        "a.jar: Plugin-Api \"one\" is not of the form [0-9]{1,6}");
    add("a newer API", good().with("Plugin-Api", "2"),
        "a.jar was made for plugin API 2, this node has 1; it needs a newer Peerbus");
    add("an older API", good().with("Plugin-Api", "0"),
        "a.jar was made for plugin API 0, this node has 1; it needs a newer version of the plugin");
    add("requirements without an id", good().with("Plugin-Requires", "ping,,chat"),
        "a.jar: Plugin-Requires \"ping,,chat\" is not a list of plugin ids with commas between them");
    add("a plugin that requires itself", good().with("Plugin-Requires", "ping, fixture"),
        "a.jar: Plugin-Requires \"ping, fixture\" names the plugin itself: leave it out");
    add("a requirement twice", good().with("Plugin-Requires", "ping, ping"),
        "a.jar: Plugin-Requires \"ping, ping\" names ping twice");
    StringBuilder many = new StringBuilder("p0");
    for (int i = 1; i < 33; i++) {
      many.append(",p").append(i);
    }
    add("too many requirements", good().with("Plugin-Requires", many.toString()),
        "a.jar: Plugin-Requires … names more than 32 plugins");
  }

  private void metaInf() throws IOException {
    add("an index to other jars", good().withEntry("META-INF/INDEX.LIST", new byte[1]),
        "a.jar has META-INF/INDEX.LIST, by which older JVMs load classes from other jars; build it without an index");
    for (String name : List.of("META-INF/X.SF", "META-INF/x.rsa", "META-INF/SIG-X")) {
      add("jarsigner's " + name, good().withEntry(name, new byte[1]), "a.jar has " + name + ", a signature of jarsigner"
          + " or of a dependency packed into it, which proves nothing here; leave it out, and sign with: peerbus plugin"
          + " sign");
    }
    for (String name : List.of("META-INF/versions/x/A", "META-INF/versions/08/A", "META-INF/versions/17/META-INF/A")) {
      add("the version " + name, good().withEntry(name, new byte[1]), "a.jar has \"" + name + "\", which no JVM takes"
          + " for a version of anything; under META-INF/versions there may be folders 9, 10, … and in them classes and"
          + " resources");
    }
  }

  private void classes() throws IOException {
    String own = "a.jar brings its own %s, which belongs to the node: build the plugin with that dependency as"
        + " \"provided\"";
    add("the API in it", good().withEntry("io/peerbus/api/Host.class", Fixture.main()),
        own.formatted("io.peerbus.api.Host.class"));
    add("Vert.x in it", good().withEntry("io/vertx/core/Vertx.class", Fixture.main()),
        own.formatted("io.vertx.core.Vertx.class"));
    add("the API in it for newer JVMs", good().withAttribute("Multi-Release", "true")
            .withEntry("META-INF/versions/17/io/peerbus/api/Stream.class", Fixture.main()),
        own.formatted("io.peerbus.api.Stream.class"));
    int java = Runtime.version().feature();
    byte[] tomorrow = Fixture.main();
    tomorrow[7] = 99;
    add("a class for a Java to come", good().withEntry("p/A.class", tomorrow), "a.jar was compiled for Java 55"
        + " (\"p/A.class\"), this is Java " + java + ": compile it with --release 17, or run the node on a newer Java");
    add("a version that lies about its Java", good().withEntry("META-INF/versions/17/p/A.class", tomorrow),
        "a.jar was compiled for Java 55 (\"META-INF/versions/17/p/A.class\"), this is Java " + java + ": …");
    byte[] preview = Fixture.main();
    preview[4] = -1;
    preview[5] = -1;
    add("preview features", good().withEntry("p/A.class", preview), "a.jar: \"p/A.class\" uses preview features of Java"
        + " 17, which a node does not switch on: compile it without --enable-preview");
    add("a class that is none", good().withEntry("p/B.class", new byte[3]),
        "a.jar: \"p/B.class\" is no class file: build it anew");
  }

  private void verticles() throws IOException {
    add("no verticle", new JarMaker("fixture", "fixture.Main"), "a.jar has no class fixture.Main, which its manifest"
        + " names as Plugin-Verticle: correct the name, or build the class into it");
    add("a class of the node as verticle", good().with("Plugin-Verticle", "io.vertx.core.VerticleBase"),
        "a.jar has no class io.vertx.core.VerticleBase, which its manifest names as Plugin-Verticle: …");
    add("a verticle in two versions", good().withEntry("META-INF/versions/17/fixture/Main.class", Fixture.main()),
        "a.jar has its verticle twice, also as META-INF/versions/17/fixture/Main.class: which one runs would depend on"
            + " the JVM; leave one");
    String tell = " { static { System.setProperty(\"" + Fixture.RAN + "\", \"yes\"); } ";
    add("a class that is no verticle", Fixture.plugin(Fixture.compiled("public class Main" + tell + "}")),
        VERTICLE + "is no verticle: let it extend io.peerbus.api.ProtocolVerticle");
    add("an interface", Fixture.plugin(Fixture.compiled("public interface Main extends io.vertx.core.Deployable { }")),
        VERTICLE + "cannot be made an instance of: name a class that is not abstract");
    String base = " class Main extends io.vertx.core.VerticleBase" + tell;
    add("an abstract class", Fixture.plugin(Fixture.compiled("public abstract" + base + "}")),
        VERTICLE + "cannot be made an instance of: name a class that is not abstract");
    String notPublic = VERTICLE + "cannot be made an instance of: it must be public, with a public constructor that"
        + " takes nothing";
    add("a hidden class", Fixture.plugin(Fixture.compiled(base + "}")), notPublic);
    add("a constructor that wants something",
        Fixture.plugin(Fixture.compiled("public" + base + "public Main(int i) {} }")), notPublic);
    add("a private constructor", Fixture.plugin(Fixture.compiled("public" + base + "private Main() {} }")), notPublic);
    String broken = "a.jar: its verticle fixture.Main cannot be loaded; build it with what it needs: …";
    add("half a class", Fixture.plugin(Arrays.copyOf(Fixture.main(), 60)), broken);
    add("another class in its place", Fixture.plugin(Fixture.compiled("public" + base + "}").clone())
        .with("Plugin-Verticle", "fixture.Other").withEntry("fixture/Other.class", Fixture.main()),
        "a.jar: its verticle fixture.Other cannot be loaded; build it with what it needs: NoClassDefFoundError: …");
    add("a verticle without its parent", Fixture.plugin(
            ZipPatch.replace(Fixture.main(), "io/vertx/core/VerticleBase", "xy/vertx/core/VerticleBase")),
        "a.jar: its verticle fixture.Main cannot be loaded; build it with what it needs: NoClassDefFoundError: …"
            + " xy.vertx.core.VerticleBase is neither in the jar of plugin:fixture@1.2 nor in a package that plugins"
            + " share with the node");
  }

  private void schemas() throws IOException {
    String name = SchemaEntry.ENTRY;
    String where = "a.jar: its " + name;
    add("a schema that is a list", schema("[]"), where + " must be one JSON object, {…}");
    add("a schema that is no JSON", schema("{\"type\": }"), where + ": line 1, column …");
    add("a schema that says a thing twice", schema("{\"type\": \"object\", \"type\": \"array\"}"),
        where + ": line 1, column …: Duplicate field 'type'");
    add("a schema that is deep", schema("{\"a\":" + "[".repeat(10_000)), where + ": …nesting depth…");
    add("a schema with a wrong expression", schema("{\"propertyNames\": {\"pattern\": \"(\"}, \"required\": [\"a\"],"
        + " \"properties\": {\"a\": {\"$ref\": \"#/nowhere\"}}, \"allOf\": [{\"$ref\": \"#/nowhere\"}]}"),
        where + " is no JSON Schema; correct it: …");
    add("a schema that is not UTF-8", good().withEntry(name, new byte[] {'{', -1, '}'}), where + " is not UTF-8 text");
    add("a schema without end", schema(" ".repeat(WorkingCopy.MAX_SCHEMA + 1)),
        "a.jar has a " + name + " larger than 262144 bytes: shorten it");
  }

  private static JarMaker schema(String text) {
    return good().withEntry(SchemaEntry.ENTRY, text.getBytes(StandardCharsets.UTF_8));
  }
}
