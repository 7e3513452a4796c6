What is bundled, and under which licences. The texts are in META-INF of lib/aetherkeep.jar; that of Redis is in redis.txt.

<#list dependencyMap as entry>
<#assign project = entry.getKey()/>
<#assign licenses = entry.getValue()/>
${project.groupId}:${project.artifactId}:${project.version}
    <#list licenses as license>${license}<#if license_has_next>, </#if></#list>
    ${project.url!""}
</#list>
