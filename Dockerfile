# Two steps: build with the development packages, run with the locked runtime packages only, as a user without rights.
FROM node:24-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts && rm -rf node_modules/node-linux-*

FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /opt/logmill
COPY --from=build /src/package.json ./
COPY --from=build /src/node_modules ./node_modules
COPY --from=build /src/dist ./dist
COPY --from=build /src/bin ./bin
COPY --from=build /src/config ./config
COPY --from=build /src/pipelines ./pipelines
COPY --from=build /src/dashboards ./dashboards
RUN mkdir /data && chown node:node /data
USER node
EXPOSE 4600
ENTRYPOINT ["node", "/opt/logmill/bin/logmill.mjs"]
CMD ["up"]
