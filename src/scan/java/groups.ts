/**
 * Groups of artifacts whose makers publish jars that do not say theirs (built by Gradle, Ant or Ivy). An artifact ending
 * in `*` stands for all that begin so.
 */
const publishers: Readonly<Record<string, string>> = {
  "org.springframework": `
    spring-aop spring-aspects spring-beans spring-context spring-context-indexer spring-context-support
    spring-core spring-expression spring-instrument spring-jcl spring-jdbc spring-jms spring-messaging
    spring-orm spring-oxm spring-r2dbc spring-test spring-tx spring-web spring-webflux spring-webmvc
    spring-websocket`,
  "org.springframework.boot": "spring-boot spring-boot-*",
  "org.springframework.security": "spring-security-*",
  "org.springframework.data": "spring-data-*",
  "org.springframework.cloud": "spring-cloud-*",
  "org.springframework.integration": "spring-integration-*",
  "org.springframework.batch": "spring-batch-*",
  "org.springframework.kafka": "spring-kafka",
  "org.springframework.session": "spring-session-*",
  "org.apache.tomcat": `
    catalina tomcat-catalina tomcat-coyote tomcat-util tomcat-juli tomcat-jni tomcat-jdbc tomcat-dbcp
    tomcat-websocket tomcat-jasper`,
  "org.apache.tomcat.embed": "tomcat-embed-*",
  "org.apache.lucene": "lucene-*",
  "org.apache.kafka": "kafka-clients kafka-streams connect-api connect-runtime",
  "org.codehaus.groovy": "groovy groovy-all",
  "org.bouncycastle": "bcprov-* bcpkix-* bcutil-* bcpg-* bcmail-* bctls-*",
  "org.jetbrains.kotlin": "kotlin-stdlib kotlin-stdlib-* kotlin-reflect",
  "org.jetbrains.kotlinx": "kotlinx-*",
  "com.squareup.okhttp3": "okhttp okhttp-* logging-interceptor",
  "com.squareup.okio": "okio okio-jvm",
  "com.squareup.retrofit2": "retrofit",
  "io.projectreactor": "reactor-core",
  "io.projectreactor.netty": "reactor-netty-*",
  "io.micrometer": "micrometer-*",
  "org.reactivestreams": "reactive-streams",
  "org.hibernate": "hibernate-core hibernate-entitymanager",
  "org.elasticsearch": "elasticsearch elasticsearch-x-content elasticsearch-core",
  "org.opensearch": "opensearch opensearch-core",
  "org.ow2.asm": "asm asm-analysis asm-commons asm-tree asm-util",
  "org.antlr": "antlr4-runtime antlr-runtime",
  "org.aspectj": "aspectjweaver aspectjrt aspectjtools",
  "org.postgresql": "postgresql",
  "com.mysql": "mysql-connector-j",
  mysql: "mysql-connector-java",
  "com.oracle.database.jdbc": "ojdbc8 ojdbc10 ojdbc11",
  "com.microsoft.sqlserver": "mssql-jdbc",
  "org.graalvm.sdk": "graal-sdk",
  "io.grpc": "grpc-*",
  "com.google.protobuf": "protobuf-java protobuf-java-util",
  "com.google.errorprone": "error_prone_annotations",
  "com.google.code.findbugs": "jsr305",
  "com.google.inject": "guice",
  "org.checkerframework": "checker-qual",
  "org.mockito": "mockito-core",
  "org.junit.jupiter": "junit-jupiter-*",
  "net.bytebuddy": "byte-buddy byte-buddy-agent",
  "commons-collections": "commons-collections",
  "commons-logging": "commons-logging",
  "commons-beanutils": "commons-beanutils",
  "xml-apis": "xml-apis",
  xerces: "xercesImpl",
  xalan: "xalan serializer",
  "com.sun.mail": "javax.mail",
  "org.scala-lang": "scala-library scala-reflect scala-compiler",
};

const exact = new Map<string, string>();
const beginnings: (readonly [string, string])[] = [];
for (const [group, artifacts] of Object.entries(publishers)) {
  for (const artifact of artifacts.trim().split(/\s+/)) {
    if (artifact.endsWith("*")) beginnings.push([artifact.slice(0, -1), group]);
    else exact.set(artifact, group);
  }
}

/** The Maven group that an artifact of this name is published under; null where that is not known. */
export function knownGroup(artifact: string): string | null {
  return exact.get(artifact) ?? beginnings.find(([beginning]) => artifact.startsWith(beginning))?.[1] ?? null;
}
